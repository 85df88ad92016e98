import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { planWithdrawal } from '../../../shared/domain/promotion/plan-withdrawal.ts';
import { type Recommendation, recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { bringing } from '../../factories/risk.ts';
import { aLadder, aStoredSnapshot } from '../../factories/snapshot.ts';
import { featureRows, openFiles, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const MINUTES = 100;
const live = trackerMarket({ sessions: 1, rowsPerSession: MINUTES, seed: 77 });
/** A session whose last minute is now. */
const session = featureRows(live, START_MS - live.timestampsMs.at(-1)!);
const last = session.at(-1) as FeatureRow;

let cloud: EmbeddedCloud;
let candidate: Candidate;
let world: ScoringWorld;
beforeAll(async () => {
  [cloud, candidate] = await Promise.all([startEmbeddedCloud(), trainedCandidate(trackerMarket())]);
});
beforeEach(async () => {
  world = await scoringWorld(cloud);
});
afterAll(() => cloud.stop());

/** Scores a row in the minute it was taken, with the rows before it in the window. */
async function scoreAt(row: FeatureRow): Promise<Recommendation> {
  world.time.nowMs = epochMs(row.timestamp);
  await world.window.putFeatureRow(row, START_MS + 1e9);
  return world.score({ exchange: 'NSE', target: 'tb15', vectorFor: async () => row && { vector: row } });
}

/** The chain that signals of NSE trade. */
function monthly(change: Parameters<typeof aStoredSnapshot>[0]) {
  const legs = aLadder().map((leg) => ({ ...leg, symbol: `NIFTY25DEC${leg.strike}${leg.option_type}` }));
  return aStoredSnapshot({ exchange: 'NSE_MONTHLY', expiry: '2025-12-30', legs, ...change });
}

const askedNow = (row: FeatureRow | undefined) =>
  world.score({ exchange: 'NSE', target: 'tb15', vectorFor: async () => row && { vector: row } });

describe('an answer with a live bundle', () => {
  beforeEach(async () => {
    await world.goLive(candidate);
  });

  it('answers every minute of a session as the batch filter and the bundle do', async () => {
    const scorer = await openFiles(candidate.files);
    const batch = await scorer.replay(live.features, live.sessions);
    await scorer.close();
    const states = batch.regimeProbabilities.length / MINUTES;
    const actions = new Set<string>();
    for (const [at, row] of session.entries()) {
      const answer = await scoreAt(row);
      expect(answer.regime_probabilities).toEqual([
        ...batch.regimeProbabilities.slice(at * states, (at + 1) * states),
      ]);
      const expected = batch.probabilities.slice(at * 3, at * 3 + 3);
      const { sell, hold, buy } = answer.probabilities!;
      for (const [i, value] of [sell, hold, buy].entries()) expect(value).toBeCloseTo(expected[i]!, 6);
      actions.add(answer.action);
    }
    expect([...actions].sort()).toEqual(['BUY', 'HOLD', 'SELL']);
  });

  it('names where the answer came from, and seals it', async () => {
    const answer = await scoreAt(last);
    expect(recommendationSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      timestamp: last.timestamp,
      model_version: candidate.bundle.version,
      feature_set: 'tracker-v2',
      dataset_version: '2025-12-04',
      hold_reason: null,
    });
    expect(answer.leaf_hash).toBe(leafHash(answer));
    expect(answer.execute).toBe(answer.action !== 'HOLD' && answer.risk_flags.length === 0);
  });

  it('gives the five features that moved it most, strongest first', async () => {
    for (const row of session.slice(-30)) {
      const { drivers } = await scoreAt(row);
      expect(drivers).toHaveLength(5);
      const strength = drivers.map(({ shap }) => Math.abs(shap));
      expect(strength).toEqual([...strength].sort((a, b) => b - a));
    }
  });

  it('names the contract of the latest monthly chain for a call or a put', async () => {
    const seen = new Map<string, string | null>();
    for (const row of session) {
      await world.window.putMinute(aStoredSnapshot({ timestamp: row.timestamp }), START_MS + 1e9);
      const chain = monthly({ timestamp: row.timestamp });
      await world.window.putMinute(chain, START_MS + 1e9);
      const { action, symbol } = await scoreAt(row);
      seen.set(action, symbol);
    }
    expect(seen.get('BUY')).toBe('NIFTY25DEC26050CE');
    expect(seen.get('SELL')).toBe('NIFTY25DEC26050PE');
    expect(seen.get('HOLD')).toBeNull();
  });

  it('lets nothing be executed that the session is too short for', async () => {
    const laterMs = epochMs('2025-12-04T15:29:00+05:30') - START_MS;
    const executed: string[] = [];
    for (const row of session.slice(-60)) {
      const timestamp = utcIso(epochMs(row.timestamp) + laterMs);
      await world.window.putMinute(monthly({ timestamp }), START_MS + 1e9);
      const { action, execute, risk_flags } = await scoreAt({ ...row, timestamp });
      if (action === 'HOLD') continue;
      const late = timestamp > '2025-12-04T09:45:00.000Z';
      expect(risk_flags.includes('session_ending')).toBe(late);
      if (execute) executed.push(timestamp);
    }
    expect(executed.every((timestamp) => timestamp <= '2025-12-04T09:45:00.000Z')).toBe(true);
  });

  it('answers, and lets nothing be executed, on a day that the calendar does not know', async () => {
    const dayMs = epochMs('2027-01-04T12:35:00+05:30');
    const answers = [];
    for (const row of session) {
      answers.push(await scoreAt({ ...row, timestamp: utcIso(epochMs(row.timestamp) - START_MS + dayMs) }));
    }
    const acting = answers.filter(({ action }) => action !== 'HOLD');
    expect(acting.length).toBeGreaterThan(0);
    for (const { execute, risk_flags } of acting) {
      expect(execute).toBe(false);
      expect(risk_flags).toContain('session_ending');
    }
  });

  it.each([
    ['no chain was seen', () => []],
    ['only the weekly chain was seen', (timestamp: string) => [aStoredSnapshot({ timestamp })]],
    [
      'the monthly chain is stale',
      (timestamp: string) => [monthly({ timestamp: utcIso(epochMs(timestamp) - 4 * MINUTE_MS) })],
    ],
    [
      'the lot of its contract is unknown',
      (timestamp: string) => [monthly({ timestamp, expiry: '2029-12-24' })],
    ],
  ])('flags a trade, and answers all the same, when %s', async (_, chains) => {
    let acting = 0;
    for (const row of session.slice(-40)) {
      for (const chain of chains(row.timestamp)) await world.window.putMinute(chain, START_MS + 1e9);
      const { action, symbol, execute, risk_flags } = await scoreAt(row);
      if (action === 'HOLD') continue;
      acting += 1;
      expect({ symbol, execute }).toEqual({ symbol: null, execute: false });
      expect(risk_flags).toContain('no_contract');
    }
    expect(acting).toBeGreaterThan(0);
  });

  it('sees a switch of the pointer within two seconds, and not a bundle of halves', async () => {
    const other = await trainedCandidate({ ...trackerMarket(), seed: 8 });
    expect((await scoreAt(last)).model_version).toBe(candidate.bundle.version);
    await world.goLive(other);
    const after = await scoreAt(last);
    expect(after.model_version).toBe(other.bundle.version);
    const scorer = await openFiles(other.files);
    const direct = await scorer.score(last.values, scorer.advanceRegime(null, last.values));
    expect(after.probabilities?.buy).toBe(direct.probabilities[2]);
    await scorer.close();
  });

  it('holds, and says so aloud, with a bundle that is not the promoted one', async () => {
    const other = await trainedCandidate({ ...trackerMarket(), seed: 9 });
    const prefix = `models/NSE/tb15/${candidate.bundle.version}/`;
    for (const [path, bytes] of other.files) await world.bucket.put(`${prefix}${path}`, bytes);
    expect(await scoreAt(last)).toMatchObject({
      action: 'HOLD',
      hold_reason: 'unusable_model',
      model_version: null,
      rationale: expect.stringContaining(candidate.bundle.bundle_hash),
    });
    expect(world.modelFaults.at(-1)).toMatchObject({
      name: 'InvariantViolated',
      field: `${prefix}bundle.json`,
    });
  });
});

describe('an answer holds', () => {
  it('without a live model', async () => {
    expect(await scoreAt(last)).toMatchObject({
      action: 'HOLD',
      hold_reason: 'no_live_model',
      execute: false,
      model_version: null,
      probabilities: null,
    });
  });

  it('again after the only version was withdrawn', async () => {
    const { version } = await world.goLive(candidate);
    expect((await scoreAt(last)).hold_reason).toBeNull();
    const pointer = (await world.models.livePointer('NSE', 'tb15'))!;
    const asked = { operator: 'asha', reason: 'silent', now: '2025-12-04T07:06:00.000Z', execution: null };
    await world.models.apply(
      planWithdrawal({ ...asked, pointer, live: await world.models.version('NSE', 'tb15', version) }).change,
    );
    world.time.stopwatchMs += 2000;
    expect((await scoreAt(last)).hold_reason).toBe('no_live_model');
  });

  it('with an exploratory bundle', async () => {
    const exploratory = await trainedCandidate(trackerMarket({ sessions: 4 }));
    expect(exploratory.bundle.exploratory).toBe(true);
    await world.goLive(exploratory);
    const answer = await scoreAt(last);
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'exploratory_bundle' });
    expect(answer.rationale).toContain(exploratory.bundle.version);
  });

  it('while the session has too little history', async () => {
    await world.goLive(candidate);
    const answer = await askedNow(undefined);
    expect(answer).toMatchObject({
      action: 'HOLD',
      hold_reason: 'insufficient_history',
      probabilities: null,
    });
    expect(answer.model_version).toBe(candidate.bundle.version);
  });

  it('on features older than three minutes', async () => {
    await world.goLive(candidate);
    await scoreAt(last);
    world.time.nowMs = START_MS + 3 * MINUTE_MS;
    expect((await askedNow(last)).hold_reason).toBeNull();
    world.time.nowMs += 1000;
    expect((await askedNow(last)).hold_reason).toBe('stale_features');
  });

  it('on features of which too many are missing', async () => {
    await world.goLive(candidate);
    const holes = { ...last, values: last.values.map((value, at) => (at < 10 ? Number.NaN : value)) };
    expect((await scoreAt(holes)).hold_reason).toBe('incomplete_features');
  });

  it('while the breaker is open, on the day it opened only', async () => {
    await world.goLive(candidate);
    await world.risk.change('NSE', bringing('2025-12-04', -22_000, 1000));
    expect((await scoreAt(last)).hold_reason).toBe('breaker_open');
    await world.risk.change('NSE', bringing('2025-12-04', 500, -100, -100, -100, -100, -100));
    expect((await scoreAt(last)).hold_reason).toBe('breaker_open');
    await world.risk.change('NSE', bringing('2025-12-03', ...Array<number>(9).fill(-50_000)));
    expect((await scoreAt(last)).hold_reason).toBeNull();
  });
});
