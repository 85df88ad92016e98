import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { computeNow } from '../../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../../shared/domain/features/window.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import {
  featureRows,
  TRACKER_NAMES,
  trackerMarket,
  trainedCandidate,
} from '../../factories/tracker-market.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const market = trackerMarket({ sessions: 1, rowsPerSession: 20, seed: 78 });
const [row] = featureRows(market, START_MS - market.timestampsMs[0]!) as [FeatureRow];

let cloud: EmbeddedCloud;
let candidate: Candidate;
let world: ScoringWorld;
beforeAll(async () => {
  [cloud, candidate] = await Promise.all([startEmbeddedCloud(), trainedCandidate(trackerMarket())]);
});
beforeEach(async () => {
  world = await scoringWorld(cloud);
  await world.goLive(candidate);
});
afterAll(() => cloud.stop());

const today = () => world.store.ofDay('NSE', '2025-12-04');

/** A row's values by name, as the tracker would post them. */
function posted({ values }: FeatureRow): Record<string, number | string | null> {
  const inJson = (value: number) =>
    Number.isNaN(value) ? null : Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
  return Object.fromEntries(TRACKER_NAMES.map((name, at) => [name, inJson(values[at]!)]));
}

/** A snapshot without what the loop adds, as it is posted. */
function bare(stored: StoredSnapshot): ChainSnapshot {
  const { snapshot_id: _id, received_at: _received, recorded_at: _recorded, ...snapshot } = stored;
  return snapshot;
}

describe('another target than the one in production', () => {
  it('is refused with the reason: it is research, and not served', async () => {
    await expect(world.answer({ exchange: 'NSE', target: 'dir5', features: {} })).rejects.toThrow(
      /^target: expected .*tb15.*was .*dir5.*not served/,
    );
    expect(await today()).toEqual([]);
  });
});

describe('two inputs at once', () => {
  const inputs = { probe: true, snapshot: {}, window: [], features: {} };
  const names = Object.keys(inputs) as (keyof typeof inputs)[];
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));

  it.each(pairs)(
    '%s and %s are refused, for one would be ignored, and nothing is recorded',
    async (one, other) => {
      const body = { exchange: 'NSE', [one]: inputs[one], [other]: inputs[other] };
      await expect(world.answer(body)).rejects.toMatchObject({
        name: 'RejectedInput',
        field: other,
        message: expect.stringMatching(
          new RegExp(`^${other}: expected at most one of .* was ${one} and ${other};`),
        ),
      });
      expect(await today()).toEqual([]);
    },
  );
});

describe('posted features', () => {
  const body = () => ({ exchange: 'NSE', timestamp: row.timestamp, features: posted(row) });

  it('give the answer that the same row gives from the window, and are recorded', async () => {
    const answer = await world.answer(body());
    const direct = await world.score({
      exchange: 'NSE',
      target: 'tb15',
      vectorFor: async () => row && { vector: row },
    });
    expect(answer.probabilities).toEqual(direct.probabilities);
    expect(answer.id).toBe(direct.id);
    expect(await today()).toEqual([answer]);
    expect(world.auditMessages()).toEqual([{ kind: 'recommendation', id: answer.id }]);
  });

  it('posted twice are one recommendation: the first answer is given again', async () => {
    const first = await world.answer(body());
    world.time.nowMs += 5000;
    const second = await world.answer(body());
    expect(second).toEqual(first);
    expect(second.recorded_at).toBe(new Date(START_MS).toISOString());
    expect(await today()).toHaveLength(1);
  });

  it('posted by many at once are one recommendation', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.answer(body())));
    expect(new Set(answers.map(({ leaf_hash }) => leaf_hash)).size).toBe(1);
    expect(await today()).toHaveLength(1);
  });

  it('are answered without drivers where nobody asks why, and otherwise alike', async () => {
    const explained = await world.answer(body());
    const plain = await world.answer({ ...body(), features: { ...posted(row), vix: 99 }, explain: false });
    expect(explained.drivers).toHaveLength(5);
    expect(plain.drivers).toEqual([]);
    expect(plain.rationale).not.toContain('driven by');
    const direct = await world.score({
      ...{ exchange: 'NSE', target: 'tb15' },
      vectorFor: async () => ({ vector: row, explains: false }),
    });
    expect(direct).toMatchObject({ id: explained.id, probabilities: explained.probabilities, drivers: [] });
  });

  it('are explained as they first were: an answer is given once', async () => {
    const plain = await world.answer({ ...body(), explain: false });
    expect(await world.answer(body())).toEqual(plain);
  });

  it('of another value are another recommendation', async () => {
    await world.answer(body());
    await world.answer({ ...body(), features: { ...posted(row), vix: 99 } });
    expect(await today()).toHaveLength(2);
  });

  it('of a moment to come are refused, beyond the ten minutes that a clock may be ahead', async () => {
    const ahead = (ms: number) => ({ ...body(), timestamp: utcIso(START_MS + 10 * MINUTE_MS + ms) });
    const refused = { name: 'RejectedInput', field: 'timestamp' };
    await expect(world.answer(ahead(1))).rejects.toMatchObject(refused);
    expect((await world.answer(ahead(0))).timestamp).toBe(ahead(0).timestamp);
  });

  it('left out are missing', async () => {
    const answer = await world.answer({ exchange: 'NSE', features: { vix: 12 } });
    expect(answer.hold_reason).toBe('incomplete_features');
    expect(answer.timestamp).toBe(new Date(START_MS).toISOString());
  });

  it.each([
    ['features.pcr_of_doom', { features: { pcr_of_doom: 1 } }, 'was an unknown name; leave it out'],
    ['features.toString', { features: { toString: 1 } }, 'was an unknown name; leave it out'],
    [
      'features.vix',
      { features: { vix: 'high' } },
      'expected a number, "Infinity", "-Infinity" or null, was "high"; send null when the value is missing',
    ],
    [
      'features',
      { features: [1] },
      'expected an object, was an array of 1; send an object of feature values by name',
    ],
    ['timestamp', { timestamp: 'now', features: {} }, 'was "now"; write it with its offset'],
    [
      'exchange',
      { exchange: 'NYSE' },
      'expected one of NSE, BSE, NSE_MONTHLY, BANKNIFTY_MONTHLY, was "NYSE"',
    ],
    ['target', { target: '' }, 'expected tb15, was ""; leave it out'],
    ['probe', { probe: 'yes' }, 'expected true or false, was "yes"; send true to score'],
  ])('with a wrong %s are refused by that name, with what to do', async (field, wrong, said) => {
    const refused = world.answer({ exchange: 'NSE', ...wrong });
    await expect(refused).rejects.toMatchObject({
      name: 'RejectedInput',
      field,
      message: expect.stringMatching(new RegExp(`^${field}: `)),
    });
    await expect(world.answer({ exchange: 'NSE', ...wrong })).rejects.toThrow(said);
    expect(await today()).toEqual([]);
  });

  it.each([null, [], 'text', 7])('%j as a body is refused', async (body) => {
    await expect(world.answer(body)).rejects.toMatchObject({ name: 'RejectedInput', field: 'body' });
  });
});

describe('what a challenger is offered', () => {
  it('is the row of posted features, and none of a window: its regime is not that of the online window', async () => {
    const offered: (FeatureRow | undefined)[] = [];
    world = await scoringWorld(cloud, [TRACKER_V2], async (_answer, offeredRow) => {
      offered.push(offeredRow);
    });
    await world.goLive(candidate);
    const window = aSession({ minutes: 45 }).map(bare);
    const { given_state } = await world.answer({ exchange: 'NSE', window });
    expect(given_state?.as).toBe('window');
    await world.answer({ exchange: 'NSE', timestamp: row.timestamp, features: posted(row) });
    expect(offered.map((one) => one?.values)).toEqual([undefined, row.values]);
  });
});

describe('a probe', () => {
  it('is answered by the live bundle and leaves no trace', async () => {
    const answer = await world.answer({ exchange: 'NSE', probe: true });
    expect(answer.model_version).toBe(candidate.bundle.version);
    expect(answer.probabilities).not.toBeNull();
    expect(await today()).toEqual([]);
    expect(world.auditMessages()).toEqual([]);
  });

  it('says that nothing is live', async () => {
    const answer = await world.answer({ exchange: 'BSE', probe: true });
    expect(answer).toMatchObject({ hold_reason: 'no_live_model', model_version: null });
    expect(await world.store.ofDay('BSE', '2025-12-04')).toEqual([]);
  });
});

describe('the latest features', () => {
  it('are those of the last minute, and the regime counts all of them', async () => {
    const rows = featureRows(market, START_MS - market.timestampsMs.at(-1)!);
    for (const one of rows) await world.window.putFeatureRow(one, START_MS + 1e9);
    const answer = await world.answer({ exchange: 'NSE' });
    expect(answer.timestamp).toBe(rows.at(-1)?.timestamp);
    expect(answer.hold_reason).toBeNull();
  });

  it('are missing before the session has any', async () => {
    expect((await world.answer({ exchange: 'NSE' })).hold_reason).toBe('insufficient_history');
  });
});

describe('a posted snapshot', () => {
  const session = aSession({ minutes: 60 });
  const latest = session.at(-1) as StoredSnapshot;
  beforeEach(async () => {
    world.time.nowMs = epochMs(latest.timestamp) + 2000;
    for (const one of session.slice(0, -1)) await world.window.putMinute(one, START_MS + 1e9);
  });

  it('is served, kept in its minute and sent to the lake, all the same row', async () => {
    const answer = await world.answer({ exchange: 'NSE', snapshot: bare(latest) });
    const [sent] = world.batchMessages() as StoredSnapshot[];
    expect(sent).toMatchObject(bare(latest));
    const at = epochMs(latest.timestamp);
    expect(await world.window.minutes('NSE', '2025-12-04', at, at)).toEqual([sent]);
    const stored = await world.window.featureRow('NSE', '2025-12-04', 'tracker-v2', at);
    const history = [...session.slice(0, -1), sent!];
    const terms = windowTerms('2025-12-04', exchangesRules().NSE);
    expect(stored?.values).toEqual(computeNow(history, TRACKER_V2, terms)?.values);
    expect(answer.timestamp).toBe(latest.timestamp);
    expect(answer.probabilities).not.toBeNull();
  });

  it('holds when its data is bad, and says what is wrong with it', async () => {
    const inLots = latest.legs.map((leg) => ({ ...leg, oi: leg.oi! / 75 }));
    const answer = await world.answer({ exchange: 'NSE', snapshot: { ...bare(latest), legs: inLots } });
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'bad_data_quality', execute: false });
    expect(answer.risk_flags).toEqual(expect.arrayContaining(['bad_data_quality', 'wrong_unit']));
    expect(answer.rationale).toContain('the data is flagged wrong_unit');
  });

  it('carries flags that look back on the one it replaces in its minute', async () => {
    const at = epochMs(latest.timestamp);
    const again = { ...bare(latest), timestamp: utcIso(at + 20_000) };
    const flagsAt = async (ms: number) =>
      (await world.window.featureRow('NSE', '2025-12-04', 'tracker-v2', ms))?.quality_flags;
    await world.answer({ exchange: 'NSE', snapshot: bare(latest) });
    expect(await flagsAt(at)).not.toContain('duplicated_minute');
    world.time.nowMs = at + 22_000;
    await world.answer({ exchange: 'NSE', snapshot: again });
    expect(await flagsAt(at + 20_000)).toContain('duplicated_minute');
  });

  it('holds while its session is too short for features, and is kept all the same', async () => {
    const other = { ...bare(latest), exchange: 'BSE' as const };
    const answer = await world.answer({ exchange: 'BSE', snapshot: other });
    expect(answer.action).toBe('HOLD');
    expect(world.batchMessages()).toHaveLength(1);
  });

  it.each([
    ['another exchange', (one: ChainSnapshot) => ({ ...one, exchange: 'BSE' }), 'snapshot.exchange'],
    [
      'a wrong leg',
      (one: ChainSnapshot) => ({ ...one, legs: [{ ...one.legs[0], ltp: -1 }] }),
      'snapshot.legs[0].ltp',
    ],
    ['no legs', (one: ChainSnapshot) => ({ ...one, legs: [] }), 'legs'],
    ['an old time', (one: ChainSnapshot) => ({ ...one, timestamp: '2025-12-04T03:50:00Z' }), 'timestamp'],
    ['no object', () => 'chain', 'snapshot'],
    ['two', (one: ChainSnapshot) => [one, one], 'was a list of 2'],
  ])('of %s is refused and kept nowhere', async (_, change, word) => {
    const asked = world.answer({ exchange: 'NSE', snapshot: change(bare(latest)) });
    await expect(asked).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringContaining(word),
    });
    const at = epochMs(latest.timestamp);
    expect(world.batchMessages()).toEqual([]);
    expect(await world.window.minutes('NSE', '2025-12-04', at, at + MINUTE_MS)).toEqual([]);
  });
});
