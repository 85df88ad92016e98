import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { computeNow } from '../../../shared/domain/features/compute.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../../shared/domain/features/window.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { featureValue } from '../../../shared/domain/scoring/drivers.ts';
import { type Recommendation, recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const session = aSession({ minutes: 50 });
const last = session.at(-1) as StoredSnapshot;
const names = featureNames(TRACKER_V2);

let cloud: EmbeddedCloud;
let world: ScoringWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await scoringWorld(cloud);
  await world.goLive(await trainedCandidate(trackerMarket()));
  world.time.nowMs = epochMs(last.timestamp) + 2000;
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await cloud.stop();
});

describe('the feature service in process', () => {
  const prepareFeatures = (snapshots: readonly StoredSnapshot[]) =>
    world.features.prepareFeatures({ snapshots }, TRACKER_V2);
  const prepareSession = (snapshots: readonly StoredSnapshot[]) =>
    world.features.prepareSession({ snapshots }, TRACKER_V2);

  it('makes of a window what the feature stage makes of it, with its flags', () => {
    const row = prepareFeatures(session);
    const terms = windowTerms('2025-12-04', exchangesRules().NSE);
    expect(row?.values).toEqual(computeNow(session, TRACKER_V2, terms)?.values);
    const frozen = session.map((one, at) => (at < 30 ? one : { ...one, underlying_price: 26_000 }));
    expect(prepareFeatures(frozen)?.quality_flags).toContain('spot_frozen');
  });

  it('gives nothing for a window that is too short, and refuses an empty one', () => {
    expect(prepareFeatures(session.slice(0, TRACKER_V2.requiredHistoryMinutes - 1))).toBeNull();
    expect(prepareSession(session.slice(0, 1))).toBeNull();
    expect(() => prepareFeatures([])).toThrow(RangeError);
  });

  it('keeps nothing: any window gives the same, whatever was asked before, and its earlier rows as well', () => {
    const first = TRACKER_V2.requiredHistoryMinutes;
    fc.assert(
      fc.property(fc.integer({ min: first, max: session.length }), (length) => {
        const prepared = prepareSession(session.slice(0, length))!;
        expect(prepared.vector).toEqual(prepareFeatures(session.slice(0, length)));
        const each = Array.from({ length: length - first }, (_, at) =>
          prepareFeatures(session.slice(0, first + at)),
        );
        expect(prepared.earlier).toEqual(each);
      }),
      { numRuns: 8 },
    );
  });

  it('takes of each earlier minute the last snapshot, as live rows are replaced within theirs', () => {
    const dense = session.flatMap((one) => {
      const at = (iso: string) => utcIso(epochMs(iso) + 20_000);
      const times = { timestamp: at(one.timestamp), received_at: at(one.received_at) };
      return [one, { ...one, ...times, underlying_price: one.underlying_price + 1 }];
    });
    const { vector, earlier } = prepareSession(dense)!;
    expect(vector).toEqual(prepareFeatures(dense));
    const lasts = dense.flatMap((_, at) => (at % 2 === 0 ? [] : [prepareFeatures(dense.slice(0, at + 1))]));
    expect(earlier).toEqual(lasts.filter((row) => row !== null).slice(0, -1));
    expect(earlier).toHaveLength(session.length - TRACKER_V2.requiredHistoryMinutes);
  });
});

describe('the model service in process', () => {
  it('gives the signal with its metadata, the same for the same vector', async () => {
    const { vector, earlier } = world.features.prepareSession({ snapshots: session }, TRACKER_V2)!;
    const model = await world.service.answering('NSE', 'tb15');
    expect(model.set).toBe(TRACKER_V2);
    const one = await model.scoreFeatures({ vector, earlier });
    const { probabilities, drivers, model: answered, before, completeness } = one.metadata;
    expect(one.confidence).toBe(
      probabilities![one.signal.toLowerCase() as keyof NonNullable<typeof probabilities>],
    );
    expect(drivers[one.signal]).toHaveLength(5);
    expect(answered?.version).toMatch(/^2025-12-04-[0-9a-f]{8}$/);
    expect(before?.rows).toBe(earlier.length);
    expect(completeness).toBe(1);
    expect(await model.scoreFeatures({ vector, earlier })).toEqual(one);
    expect(await model.scoreFeatures({ vector, before: before! })).toEqual(one);
  });

  it('holds at confidence 0 without a vector, and without a model says so', async () => {
    const nothing = await (await world.service.answering('NSE', 'tb15')).scoreFeatures(undefined);
    expect(nothing).toMatchObject({ signal: 'HOLD', confidence: 0, metadata: { probabilities: null } });
    const nobody = await world.service.answering('BSE', 'tb15');
    expect([nobody.reference, nobody.set]).toEqual([null, TRACKER_V2]);
    const { vector } = world.features.prepareSession({ snapshots: session }, TRACKER_V2)!;
    expect(await nobody.scoreFeatures({ vector })).toMatchObject({
      signal: 'HOLD',
      confidence: 0,
      metadata: { model: null, fault: null, completeness: 1 },
    });
  });
});

describe('behind the API both give the same bits', () => {
  beforeAll(async () => {
    const { origin } = new URL(world.environment.TO_AUDIT_QUEUE);
    for (const service of ['dynamodb', 's3', 'sqs']) {
      vi.stubEnv(`AWS_ENDPOINT_URL_${service.toUpperCase()}`, `${origin}/aws/${service}`);
    }
    const told = { ...world.environment, SHADOWS_TABLE: await cloud.table(), TO_SHADOW_QUEUE: 'none' };
    const keys = { AWS_REGION: 'ap-south-1', AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret' };
    for (const [name, value] of Object.entries({ ...told, ...keys })) vi.stubEnv(name, value);
    vi.useFakeTimers({ toFake: ['Date'], now: epochMs(last.timestamp) + 2000 });
  });

  async function post(body: object) {
    const { handler } = await import('../../../functions/score/request.handler.ts');
    const event = { rawPath: '/v1/score', headers: {}, body: JSON.stringify(body) };
    const answer = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
    return { status: answer.statusCode, json: JSON.parse(answer.body ?? '') };
  }

  async function answered(body: object): Promise<Recommendation> {
    const { status, json } = await post(body);
    expect({ status, said: json.detail }).toEqual({ status: 200, said: undefined });
    return recommendationSchema.parse(json);
  }

  function bare({
    snapshot_id: _id,
    received_at: _received,
    recorded_at: _recorded,
    origin: _origin,
    ...rest
  }: StoredSnapshot): ChainSnapshot {
    return rest;
  }

  it('a window, and the vector that it is made into', async () => {
    const { vector, earlier } = world.features.prepareSession({ snapshots: session }, TRACKER_V2)!;
    const inProcess = await (await world.service.answering('NSE', 'tb15')).scoreFeatures({ vector, earlier });
    const window = await answered({ exchange: 'NSE', window: session.map(bare) });
    expect(names.map((name) => window.given_features?.[name] ?? null)).toEqual(
      [...vector.values].map(featureValue),
    );
    const { metadata } = inProcess;
    expect(window.probabilities).toEqual(metadata.probabilities);
    expect(window.regime_probabilities).toEqual(metadata.regimeProbabilities);
    expect(window.drivers).toEqual(metadata.drivers[window.action]);
    expect(window.given_state?.regime).toEqual(metadata.before);

    const alone = await (await world.service.answering('NSE', 'tb15')).scoreFeatures({ vector });
    const { given_features: features } = window;
    const ready = await answered({ exchange: 'NSE', timestamp: last.timestamp, features });
    expect(ready.probabilities).toEqual(alone.metadata.probabilities);
    expect(ready.given_features).toEqual(features);
  });

  it('says as a problem what is wrong with a window', async () => {
    const window = [...session.slice(0, 3).map(bare), { ...bare(last), exchange: 'BSE' }];
    expect(await post({ exchange: 'NSE', window })).toMatchObject({
      status: 400,
      json: {
        type: 'urn:oi-loop:problem:RejectedInput',
        field: 'window[3].exchange',
        detail: expect.stringMatching(/^window\[3\]\.exchange: expected NSE .* was BSE; send one chain's/),
      },
    });
  });
});
