import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundles } from '../../../functions/score/bundles.ts';
import { changeChallenger } from '../../../functions/score/change-challenger.ts';
import { regimeTracker } from '../../../functions/score/regime-tracker.ts';
import { answerBeside } from '../../../functions/score/shadow-answers.ts';
import { offerShadow } from '../../../functions/score/shadow-offer.ts';
import { dynamoShadowStore } from '../../../shared/adapters/dynamodb/shadow-store.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs } from '../../../shared/domain/market/indian-time.ts';
import type { ShadowAnswer } from '../../../shared/domain/scoring/shadow-answer.ts';
import type { ShadowRequest } from '../../../shared/domain/scoring/shadow-request.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aModelVersion } from '../../factories/registry.ts';
import {
  featureRows,
  openFiles,
  TRACKER_NAMES,
  trackerMarket,
  trainedCandidate,
} from '../../factories/tracker-market.ts';
import { scoringWorld } from './scoring-world.ts';

const DATE = '2025-12-04';
const market = trackerMarket({ sessions: 1, rowsPerSession: 40, seed: 77 });
const session = featureRows(market, START_MS - market.timestampsMs.at(-1)!);
const last = session.at(-1) as FeatureRow;
const said = { operator: 'asha', reason: 'looks better on paper' };

let cloud: EmbeddedCloud;
let live: Candidate;
let rival: Candidate;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  live = await trainedCandidate(trackerMarket());
  rival = await trainedCandidate({ ...trackerMarket(), seed: 8 });
});
afterAll(() => cloud.stop());

let world: Awaited<ReturnType<typeof shadowWorld>>;
beforeEach(async () => {
  world = await shadowWorld();
  await world.goLive(live);
});

/** Scoring with a challenger's queue beside it, as the handlers put them together. */
async function shadowWorld() {
  const shadows = dynamoShadowStore(cloud.dynamodb, await cloud.table());
  const queue = cloud.queue();
  const [refused, faults]: [Error[], ShadowAnswer[]] = [[], []];
  const watch = { ms: 0 };
  const offer = offerShadow({
    shadows,
    toShadow: sqsMessageQueue(cloud.sqs, queue),
    stopwatchMs: () => watch.ms,
    onFault: (error) => refused.push(error),
  });
  // An answer waits for its offer for 25 ms only.
  const offered: Promise<void>[] = [];
  const scoring = await scoringWorld(cloud, [TRACKER_V2], (answer, row) => {
    offered.push(offer(answer, row));
    return offered.at(-1) as Promise<void>;
  });
  const { window, models, bucket } = scoring;
  const ports = {
    ...{ shadows, window, policy: riskPolicy(), patienceMs: 60_000 },
    openBundle: bundles({ readFiles: bundleFiles(bucket), load: openFiles }),
    regime: regimeTracker(window, qualityPolicy().blocking),
    onFault: (answer: ShadowAnswer) => faults.push(answer),
  };
  const change = changeChallenger({
    ...{ shadows, models, liveSets: [TRACKER_V2], clock: () => scoring.time.nowMs },
  });
  return {
    ...scoring,
    ...{ shadows, ports, refused, faults, change, watch },
    requests: () => cloud.drain(queue) as ShadowRequest[],
    kept: () => shadows.answersOfDay('NSE', 'tb15', rival.bundle.version, DATE),
    /** Registers the rival with its files and makes it the challenger. */
    async challenge(withFiles = true) {
      const { version, bundle_hash } = rival.bundle;
      const row = aModelVersion({ version, bundle_hash, exploratory: true });
      if (withFiles) {
        for (const [path, bytes] of rival.files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
      }
      await models.add(row);
      const challenger = await change({ exchange: 'NSE', action: 'set', version, ...said });
      watch.ms += 2000;
      return challenger;
    },
    /** A live moment, as the feature stage asks for it. */
    async moment(row: FeatureRow) {
      scoring.time.nowMs = epochMs(row.timestamp);
      await window.putFeatureRow(row, START_MS + 1e9);
      const answer = await scoring.answerMoment({ exchange: 'NSE', timestamp: row.timestamp });
      await Promise.all(offered);
      return answer;
    },
  };
}

describe('a challenger beside the live model', () => {
  it('leaves every live answer as it is without one', async () => {
    const without = [];
    for (const row of session) without.push(await world.moment(row));
    expect(world.requests()).toEqual([]);
    const other = await shadowWorld();
    await other.goLive(live);
    await other.challenge();
    const beside = [];
    for (const row of session) beside.push(await other.moment(row));
    expect(beside).toEqual(without);
    expect(await other.store.ofDay('NSE', DATE)).toEqual(await world.store.ofDay('NSE', DATE));
    expect(other.requests()).toHaveLength(session.length);
  });

  it('says what it would say were it live, minute by minute, of the same inputs', async () => {
    await world.challenge();
    const answer = answerBeside(world.ports);
    for (const row of session) {
      await world.moment(row);
      for (const request of world.requests()) await answer(request);
    }
    const promoted = await shadowWorld();
    await promoted.goLive(rival);
    const kept = await world.kept();
    const mine = await world.store.ofDay('NSE', DATE);
    for (const [at, row] of session.entries()) {
      const would = (await promoted.moment(row))!;
      const { answer: shadow } = kept[at]!;
      expect(shadow).toMatchObject({
        ...{ version: would.model_version, action: would.action, confidence: would.confidence },
        ...{ probabilities: would.probabilities, hold_reason: null, fault: null },
        ...{ input_hash: would.input_hash, feature_set: 'tracker-v2' },
      });
      const { id, action, input_hash, model_version } = mine[at]!;
      expect(shadow.live).toMatchObject({ id, action, input_hash, model_version });
    }
    expect(new Set(kept.map(({ answer: shadow }) => shadow.action)).size).toBeGreaterThan(1);
  });

  it('answers posted features, too, which no window holds', async () => {
    await world.challenge();
    const features = Object.fromEntries(
      TRACKER_NAMES.map((name, at) => [name, Number.isNaN(last.values[at]) ? null : last.values[at]]),
    );
    const given = await world.answer({ exchange: 'NSE', timestamp: last.timestamp, features });
    const [request] = world.requests();
    await answerBeside(world.ports)(request!);
    const [shadow] = await world.kept();
    expect(shadow?.answer).toMatchObject({
      fault: null,
      live: { id: given.id, input_hash: given.input_hash },
    });
    expect(await world.window.latestFeatureRow('NSE', DATE, 'tracker-v2', START_MS)).toBeUndefined();
  });

  it('answers once, however often it is asked, and a probe never', async () => {
    await world.challenge();
    for (const _ of ['once', 'again']) await world.moment(last);
    await world.answer({ exchange: 'NSE', probe: true });
    const requests = world.requests();
    expect(requests).toHaveLength(2);
    const answers = [];
    for (const request of [...requests, ...requests]) answers.push(await answerBeside(world.ports)(request));
    expect(answers.map((one) => one === undefined)).toEqual([false, true, true, true]);
    expect(await world.kept()).toHaveLength(1);
  });

  it('is not asked once it is stopped, or live itself; what waits then is dropped', async () => {
    await world.challenge();
    await world.moment(last);
    const [waiting] = world.requests();
    await world.change({ exchange: 'NSE', action: 'stop', ...said });
    expect(await answerBeside(world.ports)(waiting!)).toBeUndefined();
    world.watch.ms += 1999;
    await world.moment(session.at(-2)!);
    expect(world.requests()).toHaveLength(1);
    world.watch.ms += 1;
    await world.moment(session.at(-3)!);
    expect(world.requests()).toEqual([]);
  });
});

describe('a challenger that does wrong', () => {
  const faultOf = async (ports: Partial<typeof world.ports>, request?: ShadowRequest) => {
    await world.moment(last);
    const [asked] = world.requests();
    const given = await answerBeside({ ...world.ports, ...ports })(request ?? asked!);
    expect(await world.store.ofDay('NSE', DATE)).toMatchObject([{ model_version: live.bundle.version }]);
    expect(await world.kept()).toEqual([{ answer: given, outcome: null }]);
    expect(world.faults).toEqual([given]);
    expect(given).toMatchObject({ action: null, probabilities: null, version: rival.bundle.version });
    return given?.fault;
  };

  it('throws: kept as its fault, and counted once', async () => {
    await world.challenge();
    const openBundle = async (prefix: string) => {
      const bundle = await world.ports.openBundle(prefix);
      const score = () => Promise.reject(new TypeError('not a tensor'));
      return { ...bundle, scorer: { ...bundle.scorer, score } };
    };
    expect(await faultOf({ openBundle })).toBe('not a tensor');
  });

  it('hangs', async () => {
    await world.challenge();
    const openBundle = () => new Promise<never>(() => undefined);
    expect(await faultOf({ openBundle, patienceMs: 20 })).toBe('expected an answer within 20 ms, was none');
  });

  it('is missing', async () => {
    await world.challenge(false);
    expect(await faultOf({})).toMatch(/bundle\.json/);
  });

  it('is another bundle than the one that was set', async () => {
    const { bundle_prefix } = await world.challenge();
    for (const [path, bytes] of live.files) await world.bucket.put(`${bundle_prefix}${path}`, bytes);
    expect(await faultOf({})).toMatch(
      `expected hash ${rival.bundle.bundle_hash}, was ${live.bundle.bundle_hash}`,
    );
  });

  it('would see another row than the live model', async () => {
    await world.challenge();
    await world.moment(last);
    const [request] = world.requests();
    const [first, ...rest] = request!.row.values;
    const row = { ...request!.row, values: [Number(first) + 1, ...rest] };
    expect(await faultOf({}, { ...request!, row })).toMatch(/^input of .*: expected hash/);
  });

  it('has no row of its own set', async () => {
    await world.challenge();
    const openBundle = async (prefix: string) => {
      const bundle = await world.ports.openBundle(prefix);
      const ours = { ...bundle.scorer.bundle, feature_set: CHAIN_V3.id };
      return { ...bundle, scorer: { ...bundle.scorer, bundle: ours } };
    };
    expect(await faultOf({ openBundle })).toBe('chain-v3: expected a row of the moment, was none');
  });

  it('is asked again when it was something that passes', async () => {
    await world.challenge();
    await world.moment(last);
    const [request] = world.requests();
    const openBundle = () => Promise.reject(new Temporary('S3 is busy'));
    await expect(answerBeside({ ...world.ports, openBundle })(request!)).rejects.toThrow('S3 is busy');
    expect(await world.kept()).toEqual([]);
    await answerBeside(world.ports)(request!);
    expect(await world.kept()).toHaveLength(1);
  });
});

describe('setting a challenger', () => {
  it('is recorded with who, when and why, and so is the stop', async () => {
    const set = await world.challenge();
    expect(set).toMatchObject({ version: rival.bundle.version, revision: 1, ...said });
    const stopped = await world.change({
      exchange: 'NSE',
      action: 'stop',
      operator: 'ravi',
      reason: 'enough',
    });
    expect(await world.shadows.changes('NSE', 'tb15')).toEqual([set, stopped]);
    expect(stopped).toMatchObject({ operator: 'ravi', reason: 'enough', revision: 2 });
  });

  it.each([
    ['version', { version: undefined }, 'RejectedInput'],
    ['version', { version: 'nobody' }, 'NotFound'],
    ['operator', { operator: ' ' }, 'RejectedInput'],
    ['target', { target: 'dir5' }, 'RejectedInput'],
    ['exchange', { action: 'stop' }, 'RejectedInput'],
  ])('refuses a wrong %s: %j', async (word, wrong, name) => {
    const body = { exchange: 'NSE', action: 'set', version: live.bundle.version, ...said, ...wrong };
    const message = name === 'NotFound' ? 'nobody' : word;
    await expect(world.change(body)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
    expect(await world.shadows.changes('NSE', 'tb15')).toEqual([]);
  });

  it('refuses the live version, and one of a set that is not made live', async () => {
    const set = (version: string) => world.change({ exchange: 'NSE', action: 'set', version, ...said });
    await expect(set(live.bundle.version)).rejects.toThrow(/which is live/);
    await world.models.add(aModelVersion({ version: 'wide', feature_set: 'chain-v3' }));
    await expect(set('wide')).rejects.toThrow(/was chain-v3; add it to config\/features.json/);
  });
});
