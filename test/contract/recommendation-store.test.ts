import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { seal as sealRecord } from '../../shared/domain/audit/leaf-hash.ts';
import { type AuditEntry, EMPTY_LOG, type LogHead, logEntries } from '../../shared/domain/audit/log-entry.ts';
import type { FollowedOutcome } from '../../shared/domain/outcomes/outcome.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { AuditLog, AuditRef } from '../../shared/ports/audit-log.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import { aFollowedOutcome, aTradeMark } from '../factories/outcome.ts';
import { aRecommendation, aTrade } from '../factories/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
let store: RecommendationStore;
let log: AuditLog;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  const table = await cloud.table();
  store = dynamoRecommendationStore(cloud.dynamodb, table);
  log = dynamoAuditLog(cloud.dynamodb, table, s3ObjectStore(cloud.s3, cloud.bucket()));
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const LATER = '2025-12-05T00:00:00.000Z';
const conflict = { name: 'Conflict' };
const at = (minute: number, overrides: Partial<Recommendation> = {}) =>
  aRecommendation({ timestamp: `2025-12-04T12:${minute}:00+05:30`, ...overrides });
const refOf = ({ id }: Recommendation): AuditRef => ({ kind: 'recommendation', id });
const idsOf = (recommendations: readonly Recommendation[]) => recommendations.map(({ id }) => id);

/** As it is kept first: nothing is due any more. */
const keeping = (recommendation: Recommendation, overrides: Partial<FollowedOutcome> = {}) => [
  { outcome: aFollowedOutcome(recommendation, overrides), dueAt: null },
];
const DUE = '2025-12-04T07:21:00.000Z';

/** Seals records as the audit stage does. */
async function seal(refs: readonly AuditRef[]): Promise<void> {
  const head = await log.head();
  const entries = logEntries(head.size, await log.unlogged(refs));
  await log.putPart(entries);
  await log.advance(head, behind(head, entries), entries);
}

/** A head behind the entries; what its root is does not matter to the port. */
function behind({ size }: LogHead, entries: readonly AuditEntry[]): LogHead {
  return { size: size + entries.length, root: entries.at(-1)!.leaf_hash };
}

describe('RecommendationStore on DynamoDB: recommendations', () => {
  it('writes one once and gives the stored one to whoever comes second', async () => {
    const first = at(35, { confidence: 0.1 + 0.2 });
    expect(await store.add(first)).toBeUndefined();
    expect(await store.add({ ...first, latency_us: 9 })).toEqual(first);
    expect((await store.trail(first.id)).recommendation).toEqual(first);
  });

  it('lets one of two racing writers store it', async () => {
    const [one, two] = [at(35, { latency_us: 1 }), at(35, { latency_us: 2 })];
    const answers = await Promise.all([store.add(one), store.add(two)]);
    const winner = answers[0] === undefined ? one : two;
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.find((answer) => answer !== undefined)).toEqual(winner);
  });

  it('lists a day by time, per exchange and Indian date', async () => {
    const day = [at(40), at(35), at(38)];
    const others = [at(35, { exchange: 'BSE' }), aRecommendation({ timestamp: '2025-12-04T19:00:00Z' })];
    for (const recommendation of [...day, ...others]) await store.add(recommendation);
    expect(await store.ofDay('NSE', DATE)).toEqual([day[1], day[2], day[0]]);
    expect(idsOf(await store.ofDay('NSE', '2025-12-05'))).toEqual([others[1]?.id]);
  });

  it('says NotFound with the id', async () => {
    await expect(store.trail('01KBM5DS000000000000000000')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('01KBM5DS000000000000000000'),
    });
  });
});

describe('RecommendationStore on DynamoDB: trades and outcomes', () => {
  it('follows a recommendation to its trades and its outcome', async () => {
    const recommendation = at(35);
    const executed = aTrade(recommendation);
    const closed = aTrade(recommendation, {
      status: 'closed',
      timestamp: '2025-12-04T12:50:00+05:30',
      pnl: 650.35,
    });
    await store.add(recommendation);
    for (const trade of [closed, executed]) await store.addTrade(trade);
    await store.addTrade(aTrade(at(36)));
    await seal([refOf(recommendation)]);
    await store.resolve(keeping(recommendation));
    const mark = aTradeMark({ trade_id: executed.trade_id, recommendation_id: recommendation.id });
    await store.putMark(mark, []);
    expect(await store.trail(recommendation.id)).toEqual({
      recommendation,
      logIndex: 0,
      trades: [executed, closed],
      marks: [mark],
      outcomes: [aFollowedOutcome(recommendation)],
      feedback: [],
    });
    expect(await store.tradeTrail(executed.trade_id)).toEqual({ reports: [executed, closed], mark });
    expect(await store.tradeReports(executed.trade_id)).toEqual([executed, closed]);
  });

  it('refuses the same report twice, and keeps a manual trade without a recommendation', async () => {
    const trade = aTrade(at(35));
    await store.addTrade(trade);
    await expect(store.addTrade({ ...trade, price: 1 })).rejects.toMatchObject(conflict);
    const manual = aTrade(at(35), { trade_id: 'M-1', recommendation_id: null, origin: 'manual' });
    await store.addTrade(manual);
    expect(await store.tradeReports('M-1')).toEqual([manual]);
    expect(await store.tradeReports(trade.trade_id)).toEqual([trade]);
  });

  it('has open outcomes by the time they are due, at most so many, sealed ones only, until they are resolved', async () => {
    const [first, second, unsealed] = [at(35), at(36), at(37)];
    for (const recommendation of [second, first, unsealed]) await store.add(recommendation);
    await seal([second, first].map(refOf));
    expect(idsOf(await store.unresolved('NSE', LATER, 10))).toEqual(idsOf([first, second]));
    expect(idsOf(await store.unresolved('NSE', LATER, 1))).toEqual([first.id]);
    expect(idsOf(await store.unresolved('NSE', DUE, 10))).toEqual([first.id]);
    expect(await store.unresolved('NSE', DUE.replace(':21:', ':20:'), 10)).toEqual([]);
    expect(await store.unresolved('BSE', LATER, 10)).toEqual([]);
    await store.resolve(keeping(first));
    expect(idsOf(await store.unresolved('NSE', LATER, 10))).toEqual([second.id]);
    expect(await store.outcomesOfDay('NSE', DATE)).toEqual([aFollowedOutcome(first)]);
    expect((await store.placedOfDay('NSE', DATE)).map(({ logIndex }) => logIndex)).toEqual([1, 0, null]);
  });

  it('has outcomes that are due again, and each change follows the one before', async () => {
    const recommendation = at(35);
    await store.add(recommendation);
    await seal([refOf(recommendation)]);
    const outcome = aFollowedOutcome(recommendation);
    await store.resolve([{ outcome, dueAt: DUE }]);
    await expect(store.resolve(keeping(recommendation))).rejects.toMatchObject(conflict);
    expect(await store.unfinished('NSE', DUE, 10)).toEqual([outcome]);
    expect(await store.unfinished('NSE', DUE.replace(':21:', ':20:'), 10)).toEqual([]);
    await store.resolve(keeping(recommendation, { revision: 1, realised_return: -0.1 }));
    expect(await store.unfinished('NSE', LATER, 10)).toEqual([]);
    expect(await store.outcomesOfDay('NSE', DATE)).toMatchObject([{ revision: 1, realised_return: -0.1 }]);
    await expect(store.resolve(keeping(recommendation, { revision: 1 }))).rejects.toMatchObject(conflict);
  });

  it('keeps many outcomes in one step, all or none', async () => {
    const many = [35, 36, 37].map((minute) => at(minute));
    for (const recommendation of many) await store.add(recommendation);
    await seal(many.slice(0, 2).map(refOf));
    const changes = many.flatMap((recommendation) => keeping(recommendation));
    await expect(store.resolve(changes)).rejects.toMatchObject(conflict);
    expect(await store.outcomesOfDay('NSE', DATE)).toEqual([]);
    await store.resolve(changes.slice(0, 2));
    expect(await store.outcomesOfDay('NSE', DATE)).toHaveLength(2);
  });

  it('never takes a recommendation that is not sealed off the list of what has to be', async () => {
    const recommendation = at(35);
    await store.add(recommendation);
    await expect(store.resolve(keeping(recommendation))).rejects.toMatchObject(conflict);
    expect((await store.trail(recommendation.id)).outcomes).toEqual([]);
    expect(await log.waiting(LATER, 10)).toEqual([refOf(recommendation)]);
  });

  it('refuses the outcome of a recommendation that is not there', async () => {
    await expect(store.resolve(keeping(at(35)))).rejects.toMatchObject(conflict);
  });

  it('has sealed reports that wait to be marked, but no rejections, until their mark says that they need not', async () => {
    const recommendation = at(35);
    const opened = aTrade(recommendation);
    const rejected = aTrade(recommendation, { trade_id: 'R', status: 'rejected', reason: 'margin' });
    for (const trade of [opened, rejected]) await store.addTrade(trade);
    expect(await store.unmarked(10)).toEqual([]);
    const refs = [opened, rejected].map(
      ({ trade_id, timestamp, status }) => ({ kind: 'trade', trade_id, timestamp, status }) as const,
    );
    await seal(refs);
    expect((await store.unmarked(10)).map(({ trade_id }) => trade_id)).toEqual([opened.trade_id]);
    const mark = aTradeMark({ trade_id: opened.trade_id, recommendation_id: recommendation.id });
    await store.putMark(mark, []);
    expect(await store.unmarked(10)).toHaveLength(1);
    await expect(store.putMark(mark, [opened])).rejects.toMatchObject(conflict);
    await store.putMark({ ...mark, revision: 1 }, [opened]);
    expect(await store.unmarked(10)).toEqual([]);
    expect(await store.marksOfDay(DATE)).toEqual([{ ...mark, revision: 1 }]);
    expect(await store.marksOfDay('2025-12-05')).toEqual([]);
  });

  it('keeps every feedback, and each has its place in the log', async () => {
    const recommendation = at(35);
    await store.add(recommendation);
    const said = (minute: number, label: -1 | 0 | 1) =>
      sealRecord({
        ...{ recommendation_id: recommendation.id, label, note: null, by: 'operator' },
        recorded_at: `2025-12-04T08:${minute}:00.000Z`,
      });
    const [first, second] = [said(10, 1), said(11, -1)];
    for (const feedback of [second, first]) await store.addFeedback(feedback);
    await expect(store.addFeedback(first)).rejects.toMatchObject(conflict);
    expect((await store.trail(recommendation.id)).feedback).toEqual([first, second]);
    const refs = await log.waiting(LATER, 10);
    expect(refs).toHaveLength(3);
    await seal(refs);
    expect(await log.waiting(LATER, 10)).toEqual([]);
    expect((await log.part(0)).map(({ kind }) => kind).sort()).toEqual([
      'feedback',
      'feedback',
      'recommendation',
    ]);
    expect((await store.trail(recommendation.id)).feedback).toEqual([first, second]);
  });
});

describe('AuditLog on S3 and DynamoDB', () => {
  it('begins empty', async () => {
    expect(await log.head()).toEqual(EMPTY_LOG);
    expect(await log.waiting(LATER, 10)).toEqual([]);
    await expect(log.part(0)).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('knows what waits, oldest first, recommendations and trades, until they are sealed', async () => {
    const [first, second] = [at(35), at(36)];
    const trade = aTrade(first, { timestamp: '2025-12-04T12:40:00+05:30' });
    await store.addTrade(trade);
    for (const recommendation of [second, first]) await store.add(recommendation);
    const tradeRef = {
      kind: 'trade',
      trade_id: trade.trade_id,
      timestamp: trade.timestamp,
      status: 'executed',
    } as const;
    const waiting = await log.waiting(LATER, 10);
    expect(waiting).toEqual([refOf(first), refOf(second), tradeRef]);
    expect(await log.waiting(second.recorded_at.replace('06:00', '05:59'), 10)).not.toContainEqual(
      refOf(second),
    );
    await seal(waiting);
    expect(await log.waiting(LATER, 10)).toEqual([]);
    expect(await log.unlogged(waiting)).toEqual([]);
    expect((await store.trail(second.id)).logIndex).toBe(1);
    const part = await log.part(0);
    expect(part.map(({ record }) => record)).toEqual([first, second, trade]);
    expect(part.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(await log.head()).toEqual(behind(EMPTY_LOG, part));
  });

  it('carries on where it ended, over more than one part', async () => {
    for (const minute of [35, 36, 37]) {
      await store.add(at(minute));
      await seal([refOf(at(minute))]);
    }
    const parts = await Promise.all([0, 1, 2].map((index) => log.part(index)));
    expect(parts.flat().map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(await log.head()).toEqual({ size: 3, root: parts[2]![0]!.leaf_hash });
  });

  it('never writes a part twice', async () => {
    await store.add(at(35));
    const entries = logEntries(0, await log.unlogged([refOf(at(35))]));
    expect(await log.putPart(entries)).toBe(true);
    expect(await log.putPart(logEntries(0, [{ kind: 'trade', record: { x: 1 } }]))).toBe(false);
    expect(await log.part(0)).toEqual(entries);
  });

  it('lets one of two writers move the head, and nothing of the other happen', async () => {
    for (const minute of [35, 36]) await store.add(at(minute));
    const changes = await Promise.all(
      [35, 36].map(async (minute) => logEntries(0, await log.unlogged([refOf(at(minute))]))),
    );
    const results = await Promise.allSettled(
      changes.map((entries) => log.advance(EMPTY_LOG, behind(EMPTY_LOG, entries), entries)),
    );
    const won = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await log.head()).toEqual(behind(EMPTY_LOG, changes[won]!));
    expect(await log.waiting(LATER, 10)).toEqual([refOf(at([36, 35][won]!))]);
    const lost = changes[1 - won]!;
    await expect(log.advance(EMPTY_LOG, behind(EMPTY_LOG, lost), lost)).rejects.toMatchObject(conflict);
  });
});
