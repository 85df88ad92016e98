import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { groupByMinute } from '../../cli/demo/live-day.ts';
import { physicalName } from '../../local/cloudformation/physical-name.ts';
import { openStateFolder } from '../../local/control/state-folder.ts';
import { Roles } from '../../local/iam/roles.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay } from '../../simulator/market.ts';
import { runOi } from '../cli/run-oi.ts';
import { aRecommendation } from '../factories/recommendation.ts';
import { readDeployed } from '../infra/deployed.ts';
import { buildLayers, synthesise, templatesIn } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { sendRaw } from './raw-request.ts';

const DATE = '2026-02-04';
const FROM = '14:56';
const ANSWERED = '15:00';
/** Lasts beyond the horizon of the answer and the close. */
const AFTER_MS = Date.parse(`${DATE}T15:59:00+05:30`);

const specs = specsFrom(exchangesRules(), ['NSE', 'NSE_MONTHLY']);
const { sessions } = simulateDay({ seed: 5, exchanges: specs, date: DATE, edge: 0.3 });
const minutes = groupByMinute(sessions.flatMap((session) => session.snapshots)).filter(
  ([first]) => first!.timestamp.slice(11, 16) >= FROM,
);
const monthly = minutes.map((minute) => minute.find(({ exchange }) => exchange === 'NSE_MONTHLY')!);
const quotesOf = (symbol: string) =>
  monthly.map(({ timestamp, legs }) => {
    const { best_bid, best_ask } = legs.find((leg) => leg.symbol === symbol)!;
    return { timestamp, bid: best_bid!, ask: best_ask! };
  });

/** What the policy makes of these quotes, written down once more: the next ask and two ticks, and what it comes to. */
function expected(symbol: string) {
  const [bought, ...later] = quotesOf(symbol).filter(({ timestamp }) => timestamp.slice(11, 16) > ANSWERED);
  const entry = bought!.ask + 0.1;
  const sold = later.find(
    ({ bid, timestamp }) => Math.abs(bid - entry) >= 25 || timestamp.slice(11, 16) >= '15:20',
  )!;
  const reason = sold.bid >= entry + 25 ? 'target' : sold.bid <= entry - 25 ? 'stop' : 'session_close';
  const exit = reason === 'target' ? entry + 25 : sold.bid;
  return { entry, exit, reason, boughtAt: bought!.timestamp, soldAt: sold.timestamp };
}

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
  cloud = await startCloudProcess({ cdkOut, directory, simulated: `${DATE}T${FROM}:00+05:30` });
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
async function play(snapshots: readonly ChainSnapshot[]): Promise<void> {
  const nowMs = Math.max(...snapshots.map(({ timestamp }) => Date.parse(timestamp))) + 1000;
  await cloud.control.advanceTo(utcIso(nowMs));
  const body = JSON.stringify(snapshots);
  expect((await sendRaw(cloud, nowMs, { path: '/v1/snapshots', body })).status).toBe(202);
  await cloud.control.untilIdle(60);
}

it('switched on for an exchange, its schedule runs and it hears of that exchange; its rights are its own tables', () => {
  const { ofType, allowed } = readDeployed(templatesIn(cdkOut));
  const schedule = ofType('AWS::Scheduler::Schedule').find(({ id }) => id.startsWith('BrokerSchedule'));
  expect(schedule?.Properties).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 minute)' });
  const filters = ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties.FilterPolicy);
  expect(filters).toContainEqual({ kind: ['recommendation'], action: ['BUY', 'SELL'], exchange: ['NSE'] });
  const writes = (part: string) => allowed('audit', part).get('dynamodb:PutItem')?.join(' ') ?? '';
  expect(writes('order')).toMatch(/Broker/);
  expect(writes('order')).not.toMatch(/Recommendations|Risk|OnlineWindow/);
  expect(writes('broker')).not.toMatch(/OnlineWindow|Models|Batches/);
  for (const part of ['order', 'broker']) {
    const actions = [...allowed('audit', part).keys()];
    expect(actions.filter((one) => /^s3:|^sns:|DeleteItem/.test(one))).toEqual([]);
  }
});

it('an executable answer, over the bus to the broker, bought, sold, and followed to its outcome', async () => {
  let recommendation: Recommendation | undefined;
  for (const snapshots of minutes) {
    await play(snapshots);
    const weekly = snapshots.find(({ exchange }) => exchange === 'NSE')!;
    if (weekly.timestamp.slice(11, 16) !== ANSWERED) continue;
    const { atm_strike, legs } = snapshots.find(({ exchange }) => exchange === 'NSE_MONTHLY')!;
    const call = legs.find((leg) => leg.strike === atm_strike && leg.option_type === 'CE')!;
    recommendation = aRecommendation({
      timestamp: utcIso(Date.parse(weekly.timestamp)),
      recorded_at: utcIso(Date.parse(weekly.timestamp) + 1500),
      symbol: call.symbol,
      recommended_lots: 2,
    });
    await answered(recommendation);
  }
  await cloud.control.advanceTo(utcIso(AFTER_MS));
  await cloud.control.untilIdle(60);

  const { id, symbol } = recommendation!;
  const { entry, exit, reason, boughtAt, soldAt } = expected(symbol!);
  const trail = await get(`/v1/recommendations/${id}`, AFTER_MS);
  expect(trail).toMatchObject({ log_index: expect.any(Number), recommendation: { id } });
  const { trades, outcomes } = trail;
  const trade = { trade_id: `broker-${id}`, origin: 'auto', exchange: 'NSE', symbol, quantity_lots: 2 };
  expect(trades).toMatchObject([
    {
      ...trade,
      status: 'executed',
      timestamp: utcIso(Date.parse(boughtAt)),
      price: expect.closeTo(entry, 8),
    },
    {
      ...trade,
      status: 'closed',
      timestamp: utcIso(Date.parse(soldAt)),
      price: expect.closeTo(exit, 8),
      reason,
    },
  ]);
  const units = 2 * 65;
  expect(trades[1].pnl + trades[1].costs).toBeCloseTo((exit - entry) * units, 6);
  expect(outcomes).toMatchObject([{ status: 'resolved', exposure_inverted: false }]);
  // Re-marked from recorded prices, not what the broker says of itself.
  expect(outcomes[0].trade_pnl).not.toBeNull();

  expect((await get('/v1/trades', AFTER_MS, { date: DATE, exchange: 'NSE' })).reports).toEqual(trades);
  const shown = runOi(environments, 'trades', '--date', DATE, '--env', 'desk');
  expect(shown.stdout).toMatch(
    new RegExp(`broker {2}NSE +${symbol} +2 +${entry.toFixed(2)} +${exit.toFixed(2)} {2}${reason}`),
  );
  expect(shown.stdout).toContain('nothing open · 1 closed');
  const asJson = runOi(environments, 'trades', '--date', DATE, '--env', 'desk', '--json').last();
  expect(asJson).toMatchObject({ ok: true, total: { open: 0, closed: 1, rejected: 0 } });
  expect(runOi(environments, 'audit', 'verify', '--env', 'desk', '--json').last()).toMatchObject({
    ok: true,
  });
}, 400_000);
