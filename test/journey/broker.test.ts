import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { physicalName } from '../../local/cloudformation/physical-name.ts';
import { openStateFolder } from '../../local/control/state-folder.ts';
import { Roles } from '../../local/iam/roles.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { runOi } from '../cli/run-oi.ts';
import { aRecommendation } from '../factories/recommendation.ts';
import { aLeg, aSnapshot } from '../factories/snapshot.ts';
import { buildLayers, synthesise, templatesIn } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { sendRaw } from './raw-request.ts';

const NOW_MS = Date.parse('2025-12-04T12:35:00+05:30');
const CALL = 'NIFTY25DEC26050CE';
/** Bid of the call by minute: bought at 202 and two ticks, 25 rupees more are reached in the fourth. */
const BIDS = [199, 201, 215, 220, 229, 240];
const HORIZON_MINUTES = 15;

const folder = mkdtempSync(join(tmpdir(), 'broker-'));
const environments = join(folder, 'env');
const directory = join(environments, 'desk', 'state');
const cdkOut = join(folder, 'cdk.out');

let cloud: CloudProcess;
let answered: (recommendation: Recommendation) => Promise<void>;
beforeAll(async () => {
  await buildLayers();
  await synthesise(cdkOut, { paperBroker: 'NSE', nightlySchedule: 'DISABLED' });
  const key = roleKey(/^scorerequestRole[0-9A-F]{8}$/);
  cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(NOW_MS) });
  answered = asAnswered(key);
}, 400_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function named(pattern: RegExp, most: number): string {
  for (const [stack, { Resources }] of Object.entries(templatesIn(cdkOut))) {
    const id = Object.keys(Resources).find((one) => pattern.test(one));
    if (id !== undefined) return physicalName(stack, id, most);
  }
  throw new Error(`${cdkOut}: expected ${pattern}, was none`);
}

/** Asked before the cloud starts: the folder's secret gives the role's key. */
function roleKey(pattern: RegExp) {
  const state = openStateFolder(directory);
  const name = named(pattern, 64);
  const { key } = new Roles(state.seed).add(name, `arn:aws:iam::000000000000:role/${name}`);
  state.close();
  return key;
}

/** Leaves an answer as the scoring function does, with its rights: stored, and on its way to the log. */
function asAnswered(credentials: ReturnType<typeof roleKey>) {
  const { region, environment } = cloud.endpoint;
  const client = (service: string) => ({
    ...{ region, credentials, endpoint: environment[`AWS_ENDPOINT_URL_${service}`] as string },
  });
  const outputs = outputsOf(cloud.endpoint);
  const table = outputs['RecommendationsTable'] as string;
  const store = dynamoRecommendationStore(new DynamoDBClient(client('DYNAMODB')), table);
  const dead = outputs['ToAuditDeadLetters'] as string;
  const queue = dead.replace(/[^/]+$/, named(/^ToAuditQueue[0-9A-F]{8}$/, 80));
  const toAudit = sqsMessageQueue(new SQSClient(client('SQS')), queue);
  return async (recommendation: Recommendation) => {
    await store.add(recommendation);
    await toAudit.sendAll([{ kind: 'recommendation', id: recommendation.id }]);
  };
}

const get = async (path: string, nowMs: number, query: Record<string, string> = {}) =>
  (await sendRaw(cloud, nowMs, { method: 'GET', path, query, as: 'viewer' })).body;

/** A minute of both chains, as the tracker posts it. */
async function play(minute: number): Promise<void> {
  const nowMs = NOW_MS + minute * MINUTE_MS;
  const timestamp = utcIso(nowMs);
  await cloud.control.advanceTo(timestamp);
  const bid = BIDS[minute] ?? 240;
  const call = {
    symbol: CALL,
    strike: 26_050,
    ltp: bid,
    best_bid: bid,
    best_ask: bid + 1,
    volume: 1 + minute,
  };
  const monthly = { exchange: 'NSE_MONTHLY' as const, expiry: '2025-12-30', legs: [aLeg(call)] };
  const snapshots = [
    aSnapshot({ timestamp, underlying_price: 26_000 + 10 * minute }),
    aSnapshot({ timestamp, ...monthly }),
  ];
  const body = JSON.stringify(snapshots);
  expect((await sendRaw(cloud, nowMs, { path: '/v1/snapshots', body })).status).toBe(202);
  await cloud.control.untilIdle(60);
}

it('an executable answer, over the bus to the broker, bought, sold, and followed to its outcome', async () => {
  await play(0);
  const recommendation = aRecommendation({
    timestamp: utcIso(NOW_MS),
    recorded_at: utcIso(NOW_MS + 500),
    symbol: CALL,
    recommended_lots: 2,
  });
  await answered(recommendation);
  const last = HORIZON_MINUTES + 3;
  for (let minute = 1; minute <= last; minute++) await play(minute);
  const afterMs = NOW_MS + 60 * MINUTE_MS;
  await cloud.control.advanceTo(utcIso(afterMs));
  await cloud.control.untilIdle(60);

  const trail = await get(`/v1/recommendations/${recommendation.id}`, afterMs);
  expect(trail).toMatchObject({ log_index: 0 });
  const { trades, outcomes } = trail;
  const trade = { trade_id: `broker-${recommendation.id}`, origin: 'auto', exchange: 'NSE', symbol: CALL };
  expect(trades).toMatchObject([
    { ...trade, status: 'executed', price: 202.1, timestamp: utcIso(NOW_MS + MINUTE_MS), quantity_lots: 2 },
    { ...trade, status: 'closed', price: 227.1, timestamp: utcIso(NOW_MS + 4 * MINUTE_MS), reason: 'target' },
  ]);
  expect(trades[1].pnl + trades[1].costs).toBeCloseTo(25 * 150, 8);
  expect(outcomes).toMatchObject([{ status: 'resolved', correct: true, exposure_inverted: false }]);
  // Re-marked from recorded prices, not what the broker says of itself.
  expect(outcomes[0].trade_pnl).not.toBeNull();

  const query = { date: '2025-12-04', exchange: 'NSE' };
  expect((await get('/v1/trades', afterMs, query)).reports).toEqual(trades);
  const shown = runOi(environments, 'trades', '--date', '2025-12-04', '--env', 'desk');
  expect(shown.stdout).toMatch(
    /12:36:00 {2}12:39:00 {2}broker {2}NSE +NIFTY25DEC26050CE +2 +202\.10 +227\.10 {2}target/,
  );
  expect(shown.stdout).toContain('nothing open · 1 closed, 1 won');
  const asJson = runOi(environments, 'trades', '--date', '2025-12-04', '--env', 'desk', '--json').last();
  expect(asJson).toMatchObject({ ok: true, total: { open: 0, closed: 1, rejected: 0, won: 1 } });
  expect(runOi(environments, 'audit', 'verify', '--env', 'desk', '--json').last()).toMatchObject({
    ok: true,
  });
}, 300_000);
