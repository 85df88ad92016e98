import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayAnswer } from '../../../functions/score/replay-answer.ts';
import { seal } from '../../../shared/domain/audit/leaf-hash.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { featureRowsOf, featureTable } from '../../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { featuresKey } from '../../../shared/domain/lake/paths.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { takenBack } from '../../../shared/domain/scoring/taken-back.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { bringing } from '../../factories/risk.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { DATE, fastDay, type ReplayWorld, replayWorld } from './replay-world.ts';

const MINUTES = 39;
let cloud: EmbeddedCloud;
let world: ReplayWorld;
let answers: Recommendation[];
/** Answers on features and on windows that were posted. */
let given: Recommendation[];
/** Answered before the traded chain's snapshot of its own moment had come. */
let early: Recommendation;
/** Answered just after it had come, on what was read of the chain before; and once that was too old. */
let kept: Recommendation;
let anew: Recommendation;

const ofReason = (reason: string | null) => answers.filter(({ hold_reason }) => hold_reason === reason);
const names = featureNames(TRACKER_V2);

/** A snapshot without what the loop adds, as it is posted. */
function bare({ snapshot_id: _id, received_at: _received, recorded_at: _recorded, ...rest }: StoredSnapshot) {
  const { origin: _origin, ...snapshot } = rest;
  return snapshot;
}

function inJson(value: number): number | string | null {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}

/** The number one bit further from zero. */
function nextBit(value: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += 1n;
  return new Float64Array(bits.buffer)[0]!;
}

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await replayWorld(cloud);
  world.time.nowMs = Date.UTC(2025, 11, 4, 3);
  const market = trackerMarket();
  const played = fastDay(MINUTES, 20);
  // The last snapshot of the traded chain stands elsewhere: whether it was known decides the contract.
  const isLast = (one: StoredSnapshot) =>
    one === played.findLast(({ exchange }) => exchange === 'NSE_MONTHLY');
  const day = played.map((one) => (isLast(one) ? { ...one, atm_strike: one.atm_strike + 200 } : one));
  const [first, second, third] = [day.slice(0, 200), day.slice(200, 216), day.slice(216, -2)];
  answers = await world.play(first.slice(0, 12));
  await world.goLive(await trainedCandidate(market));
  answers.push(...(await world.play(first.slice(12))));
  await world.goLive(await trainedCandidate({ ...market, seed: 8 }));
  await world.risk.change('NSE', bringing(DATE, 500, -20_000, -12_000));
  answers.push(...(await world.play(second)));
  await world.risk.change('NSE', bringing(DATE, -1000, 0));
  answers.push(...(await world.play(third)));
  const lastOfNse = day.slice(-2).filter(({ exchange }) => exchange === 'NSE');
  [early] = (await world.play(lastOfNse)) as [Recommendation];
  const row = await world.window.latestFeatureRow('NSE', DATE, TRACKER_V2.id, world.time.nowMs);
  const again = Object.fromEntries(names.map((name, at) => [name, inJson(row!.values[at]!)]));
  await world.window.putMinute(day.slice(-2).find(({ exchange }) => exchange === 'NSE_MONTHLY')!, 0);
  world.time.nowMs += 300;
  kept = await world.answer({ exchange: 'NSE', features: again });
  world.time.nowMs += 800;
  anew = await world.answer({ exchange: 'NSE', features: again });
  const features = Object.fromEntries(names.map((name, at) => [name, at]));
  world.time.nowMs += 1234;
  const nse = day.filter(({ exchange }) => exchange === 'NSE').map(bare);
  given = [
    await world.answer({ exchange: 'NSE', features }),
    await world.answer({ exchange: 'NSE', features: { ...features, vix: 'Infinity', [names[3]!]: null } }),
    await world.answer({ exchange: 'NSE', features: { ...features, vix: 12.5 }, explain: false }),
    await world.answer({ exchange: 'NSE', window: nse }),
    await world.answer({ exchange: 'NSE', window: nse.filter((_, at) => at % 3 === 2) }),
  ];
  for (let at = 0; at < day.length; at += 90) await world.write(day.slice(at, at + 90));
}, 120_000);
afterAll(() => cloud.stop());

describe('replayAnswer', () => {
  it('gives every answer of a session again, bit for bit, from the micro-batches alone', async () => {
    expect(answers).toHaveLength(MINUTES * 3 - 1);
    const replay = replayAnswer(world.replaying());
    for (const recorded of answers) {
      const { status, differences, replayed } = await replay(recorded);
      expect({ status, differences }).toEqual({ status: 'identical', differences: [] });
      expect(replayed).toEqual(recorded);
    }
    const versions = new Set(ofReason(null).map(({ model_version }) => model_version));
    expect(versions.size).toBe(2);
    expect(ofReason(null).some(({ symbol }) => symbol !== null)).toBe(true);
    for (const reason of ['no_live_model', 'insufficient_history', 'breaker_open']) {
      expect(ofReason(reason).length, reason).toBeGreaterThan(4);
    }
  }, 60_000);

  it('says where a row came from, and which snapshot a contract was priced on', async () => {
    const { inputs } = await world.replay(answers.at(-1)!);
    expect(inputs).toMatchObject({
      feature_row: 'snapshots',
      snapshot_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      bundle_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { inputs: none } = await world.replay(ofReason('insufficient_history')[0]!);
    expect(none).toMatchObject({ feature_row: 'none', snapshot_id: null, traded_snapshot_id: null });
  });

  it('finds the chain as it was known where its last snapshot was still on its way', async () => {
    expect(early.symbol).not.toBeNull();
    const { status, inputs } = await world.replay(early);
    expect({ status, tried: inputs.traded_snapshots_tried }).toEqual({ status: 'identical', tried: 2 });
  });

  it('finds the chain as it was read up to a second before, and no longer after that', async () => {
    expect([kept.symbol, anew.symbol]).toEqual([
      early.symbol,
      expect.not.stringMatching(`^${early.symbol}$`),
    ]);
    for (const [recorded, tried] of [
      [kept, 2],
      [anew, 1],
    ] as const) {
      const { status, differences, inputs } = await world.replay(recorded);
      expect({ status, differences, tried: inputs.traded_snapshots_tried }).toEqual({
        ...{ status: 'identical', differences: [], tried },
      });
    }
  });

  it('gives an answer again that took another one back', async () => {
    const { leaf_hash: _, ...content } = answers.at(-1)!;
    const back = seal(takenBack(content));
    const { status, differences, replayed } = await world.replay(back);
    expect({ status, differences }).toEqual({ status: 'identical', differences: [] });
    expect(replayed).toEqual(back);
  });

  it('names a number of the record that is one bit off', async () => {
    const recorded = answers.at(-1)!;
    const shap = nextBit(recorded.drivers[0]!.shap);
    const changed = seal({
      ...recorded,
      drivers: [{ ...recorded.drivers[0]!, shap }, ...recorded.drivers.slice(1)],
    });
    const { status, differences } = await world.replay(changed);
    expect(status).toBe('different');
    expect(differences.map(({ field }) => field)).toEqual(['drivers.0.shap', 'leaf_hash']);
    expect(differences[0]).toMatchObject({ recorded: shap, replayed: recorded.drivers[0]!.shap });
  });

  it('does not hide that another version was live by the deployment history', async () => {
    const recorded = answers.at(-1)!;
    const other = ofReason(null)[0]!.model_version!;
    expect(recorded.model_version).not.toBe(other);
    const { status, differences } = await world.replay({ ...recorded, model_version: other });
    expect(status).toBe('different');
    expect(differences[0]).toEqual({
      field: 'model_version by the deployment history',
      recorded: other,
      replayed: recorded.model_version,
    });
  });

  it('gives answers on posted features and windows again from their records', async () => {
    expect(given.map(({ given_state }) => given_state?.as)).toEqual([
      'features',
      'features',
      'features',
      'window',
      'window',
    ]);
    for (const recorded of given) {
      const { status, differences, replayed, inputs, row } = await world.replay(recorded);
      expect({ status, differences }).toEqual({ status: 'identical', differences: [] });
      expect(replayed).toEqual(recorded);
      expect(inputs).toMatchObject({ feature_row: 'posted', snapshot_id: null });
      expect(row?.values).toHaveLength(names.length);
    }
    expect(given.map(({ drivers }) => drivers.length)).toEqual([5, 5, 0, 5, 5]);
    expect(given.at(-1)!.given_state?.regime?.state?.length).toBeGreaterThan(1);
  });

  it('names what was changed in the record of a posted vector', async () => {
    const recorded = given[0]!;
    const vix = nextBit(recorded.given_features!['vix'] as number);
    const changed = { ...recorded, given_features: { ...recorded.given_features, vix } };
    const { status, differences } = await world.replay(changed);
    expect(status).toBe('different');
    expect(differences.map(({ field }) => field)).toContain('input_hash');
  });

  it('says so where features were posted when their record did not yet keep them', async () => {
    const { given_features: _, given_state: _state, ...older } = given[0]!;
    expect(older.features_summary).not.toEqual({});
    expect(await world.replay(older)).toMatchObject({
      status: 'not_kept',
      differences: [],
      inputs: { feature_row: 'not_kept' },
    });
  });
});

describe('replayAnswer once the night has made the features file', () => {
  const lastOfMinute = () => answers.findLast(({ timestamp }) => timestamp.endsWith(':40.000Z'))!;
  beforeAll(async () => {
    for (const exchange of ['NSE', 'NSE_MONTHLY'] as const) await world.stages.compact(exchange, DATE);
    await world.stages.feature('NSE', DATE);
  }, 60_000);

  it('takes the row of the file, which is the one that was served', async () => {
    const { status, inputs } = await world.replay(lastOfMinute());
    expect({ status, row: inputs.feature_row }).toEqual({ status: 'identical', row: 'features_file' });
  });

  it('names a feature of the file that is one bit off what its snapshots give', async () => {
    const { registry, lake } = world.ports;
    const recorded = lastOfMinute();
    const file = (await registry.dayFile('features', 'tracker-v2', 'NSE', DATE))!;
    const rows = featureRowsOf(await lake.read(file), names);
    const row = rows.find(({ timestamp }) => timestamp === recorded.timestamp)!;
    const at = row.values.findIndex((value) => Number.isFinite(value) && value !== 0);
    const before = row.values[at]!;
    row.values[at] = nextBit(before);
    const { path, sha256 } = await lake.write(featureTable(rows, names), (hash) =>
      featuresKey('tracker-v2', 'NSE', DATE, hash),
    );
    await registry.switchDayFile({ ...file, path, sha256, revision: file.revision + 1 });
    const { status, differences } = await world.replay(recorded);
    expect(status).toBe('different');
    expect(differences[0]).toEqual({
      field: `features.${names[at]}`,
      recorded: row.values[at],
      replayed: before,
    });
    expect(differences.map(({ field }) => field)).toContain('input_hash');
  });
});
