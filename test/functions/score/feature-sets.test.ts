import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { trainExchange } from '../../../functions/train/train-exchange.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { liveInputs } from '../../../shared/adapters/online/live-inputs.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { objectTrialLedger } from '../../../shared/adapters/s3/trial-ledger.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import type { ScoreRequest } from '../../../shared/domain/features/score-request.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { marketDay } from '../../factories/market-day.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import {
  TINY_POLICY,
  TINY_TRAINING,
  trackerMarket,
  trainedCandidate,
} from '../../factories/tracker-market.ts';
import { openPorts, type Ports, stagesOf } from '../pipeline.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const SETS = [TRACKER_V2, CHAIN_V3];
const DAYS = ['2025-12-01', '2025-12-02', '2025-12-03'];
const LIVE_DAY = '2025-12-04';
const family = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
const session = marketDay({ date: LIVE_DAY, exchanges: ['NSE'], seed: 9, minutes: 40, edge: 0.5 });

let cloud: EmbeddedCloud;
let ports: Ports;
let world: ScoringWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  ports = { ...(await openPorts(cloud, SETS)), clock: () => Date.UTC(2025, 11, 3, 10, 30) };
  world = await scoringWorld(cloud, SETS);
});
afterAll(async () => {
  await family.close();
  await cloud.stop();
});

/** The nights of three days, and the candidate of the last, learnt from a set. */
async function trainedOn(feature_set: string) {
  const stages = stagesOf(ports);
  for (const date of DAYS) {
    await stages.write(marketDay({ date, exchanges: ['NSE'], seed: epochMs(date), minutes: 240, edge: 0.5 }));
    await stages.compact('NSE', date);
    await stages.feature('NSE', date);
    await stages.label('NSE', date);
  }
  const dataset = await stages.dataset({ date: DAYS.at(-1)!, exchanges: ['NSE'], feature_set });
  const train = trainExchange({
    ...{
      datasets: ports.datasets,
      lake: ports.lake,
      ledger: objectTrialLedger(ports.bucket),
      clock: ports.clock,
    },
    draw: async () => '<svg/>',
    topK: 5,
    ...{ models: world.models, bucket: world.bucket, codeVersion: 'test', seed: 1, options: TINY_TRAINING },
    policy: TINY_POLICY,
    blockingFlags: [],
    train: (input) => trainCandidate(input, { family, openSession }),
  });
  const { version } = await train({ exchange: 'NSE', dataset_version: dataset.version, target: 'tb15' });
  return world.models.version('NSE', 'tb15', version);
}

/** Plays live snapshots through the feature and the score stage; the answers in their order. */
async function played(snapshots: readonly StoredSnapshot[]): Promise<Recommendation[]> {
  const requests: ScoreRequest[] = [];
  const update = updateFeatures({
    ...ports,
    window: world.window,
    inputs: liveInputs({ window: world.window, summaries: ports.summaries }),
    toScore: { sendAll: async (messages) => void requests.push(...(messages as ScoreRequest[])) },
  });
  await update(snapshots.map((snapshot) => ({ snapshot, live: true })));
  const answers: Recommendation[] = [];
  for (const request of requests) {
    world.time.nowMs = epochMs(request.timestamp) + 2000;
    answers.push(...[(await world.answerMoment(request)) ?? []].flat());
  }
  return answers;
}

describe('a bundle of chain-v3 beside tracker-v2', () => {
  it('is trained, promoted, and answers each live minute once, on its own features', async () => {
    const before = await played(session.slice(0, 35));
    expect(before.map(({ hold_reason }) => hold_reason)).toEqual(before.map(() => 'no_live_model'));
    // As long as nothing is live, the set that is trained on answers, which needs thirty minutes.
    expect(before).toHaveLength(6);

    const row = await trainedOn('chain-v3');
    expect(row).toMatchObject({ feature_set: 'chain-v3', exploratory: true });
    await world.promote(row);

    const minutes = session.slice(35, 38);
    const answers = await played(minutes);
    expect(answers.map(({ timestamp }) => timestamp)).toEqual(minutes.map(({ timestamp }) => timestamp));
    for (const answer of answers) {
      expect(answer).toMatchObject({ feature_set: 'chain-v3', model_version: row.version });
      expect(answer.probabilities).not.toBeNull();
      const names = [...featureNames(CHAIN_V3), 'regime_0', 'regime_1', 'regime_2', 'regime_3'];
      for (const { feature } of answer.drivers) expect(names).toContain(feature);
    }
    // Delivered again: the same answers, no second one.
    expect(await played(minutes)).toEqual(answers);
    expect(await world.store.ofDay('NSE', LIVE_DAY)).toHaveLength(before.length + answers.length);
  });

  it('answers a posted snapshot on its features, and keeps the rows of every set', async () => {
    const { schema, exchange, timestamp, expiry, underlying_price, atm_strike, legs, ...rest } = session[38]!;
    const { underlying_volume, future_price, future_oi, vix, macro } = rest;
    const quoted = {
      underlying_price,
      underlying_volume,
      atm_strike,
      future_price,
      future_oi,
      vix,
      macro,
      legs,
    };
    const snapshot = { schema, exchange, timestamp, expiry, ...quoted };
    world.time.nowMs = epochMs(snapshot.timestamp) + 1000;
    const answer = await world.answer({ exchange: 'NSE', snapshot });
    expect(answer).toMatchObject({ feature_set: 'chain-v3', timestamp: snapshot.timestamp });
    for (const { id } of SETS) {
      const row = await world.window.featureRow('NSE', LIVE_DAY, id, epochMs(snapshot.timestamp));
      expect(row?.feature_set).toBe(id);
    }
  });

  it('takes posted features by the names of its own set', async () => {
    const named = { exchange: 'NSE', features: { [featureNames(CHAIN_V3)[0]!]: 1 } };
    expect((await world.answer(named)).feature_set).toBe('chain-v3');
    const foreign = { exchange: 'NSE', features: { pcr_total_oi_change: 1 } };
    await expect(world.answer(foreign)).rejects.toThrow('expected a feature of chain-v3');
  });

  it('gives way to a tracker-v2 bundle from one minute to the next', async () => {
    const tracker = await world.goLive(await trainedCandidate(trackerMarket()));
    const [answer, ...more] = await played(session.slice(39));
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ feature_set: 'tracker-v2', model_version: tracker.version });
  });
});

describe('a live bundle of a set that this code does not make', () => {
  const holds = async (change: Parameters<typeof trainedCandidate>[0]) => {
    await world.goLive(await trainedCandidate({ ...change, datasetVersion: '2025-12-05' }));
    const answer = await world.answer({ exchange: 'NSE', probe: true });
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'unusable_model', feature_set: null });
    return answer.rationale;
  };

  it('is answered with HOLD that names the set', async () => {
    const said = await holds({ ...trackerMarket({ seed: 6 }), featureSet: 'tracker-v9' });
    expect(said).toContain(
      'feature set: expected one of tracker-v2, chain-v3, tracker-v2-prices, was tracker-v9',
    );
  });

  it('is answered with HOLD where the set is known but not made live', async () => {
    const other = await scoringWorld(cloud, [CHAIN_V3]);
    await other.goLive(await trainedCandidate(trackerMarket()));
    const answer = await other.answer({ exchange: 'NSE' });
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'unusable_model' });
    expect(answer.rationale).toContain(
      'expected a set that is made live (chain-v3), was tracker-v2; add it to config/features.json',
    );
  });

  it('is answered with HOLD where the id is known and the features are others', async () => {
    const market = trackerMarket({ seed: 8 });
    const renamed = market.featureNames.map((name, at) => (at === 3 ? 'pcr_of_doom' : name));
    const said = await holds({ ...market, featureNames: renamed });
    expect(said).toContain('expected the 78 features of tracker-v2, was 78, first other pcr_of_doom');
  });
});
