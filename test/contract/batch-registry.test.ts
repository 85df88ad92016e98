import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import { aBatchRow, aDayFileRow } from '../factories/registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { memoryBatchRegistry } from './memory-ports.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const ids = (count: number, prefix = 's') => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const conflict = { name: 'Conflict' };

const ADAPTERS: [string, () => Promise<BatchRegistry>][] = [
  ['DynamoDB', async () => dynamoBatchRegistry(cloud.dynamodb, await cloud.table())],
  ['memory', async () => memoryBatchRegistry()],
];

describe.each(ADAPTERS)('BatchRegistry on %s: micro-batches', (_, open) => {
  let registry: BatchRegistry;
  beforeEach(async () => {
    registry = await open();
  });

  it('keeps the row as it was and knows its snapshots', async () => {
    await registry.commit(aBatchRow(), ['a', 'b']);
    expect(await registry.batches('NSE', DATE)).toEqual([aBatchRow()]);
    expect(await registry.seen('NSE', DATE, ['a', 'x', 'b'])).toEqual(new Set(['a', 'b']));
    expect(await registry.snapshotCount('NSE', DATE)).toBe(2);
  });

  it('keeps exchanges and days apart', async () => {
    await registry.commit(aBatchRow(), ['a']);
    for (const [exchange, date] of [
      ['NSE_MONTHLY', DATE],
      ['NSE', '2025-12-05'],
    ] as const) {
      expect(await registry.batches(exchange, date)).toEqual([]);
      expect(await registry.seen(exchange, date, ['a'])).toEqual(new Set());
      expect(await registry.snapshotCount(exchange, date)).toBe(0);
    }
  });

  it('takes the largest batch, and looks up more snapshots than one request holds', async () => {
    await registry.commit(aBatchRow(), ids(90));
    expect(await registry.seen('NSE', DATE, [...ids(90), ...ids(140, 'other')])).toEqual(new Set(ids(90)));
    expect(await registry.seen('NSE', DATE, [])).toEqual(new Set());
  });

  it('refuses a batch registered before', async () => {
    await registry.commit(aBatchRow(), ['a']);
    await expect(registry.commit(aBatchRow(), ['b'])).rejects.toMatchObject(conflict);
    expect(await registry.seen('NSE', DATE, ['b'])).toEqual(new Set());
  });

  it('refuses a batch with one snapshot registered before, all of it', async () => {
    await registry.commit(aBatchRow(), ['a']);
    const second = aBatchRow({ batch_id: 'second' });
    await expect(registry.commit(second, ['b', 'a', 'c'])).rejects.toMatchObject(conflict);
    expect(await registry.batches('NSE', DATE)).toEqual([aBatchRow()]);
    expect(await registry.seen('NSE', DATE, ['a', 'b', 'c'])).toEqual(new Set(['a']));
  });

  it('lets one of many that race for a snapshot register it', async () => {
    const races = ids(6, 'batch').map((batch_id) =>
      registry.commit(aBatchRow({ batch_id }), ['same', batch_id]),
    );
    const results = await Promise.allSettled(races);
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    expect(losers).toHaveLength(5);
    // Under contention DynamoDB may also say that another transaction is under way: to be tried again.
    expect(losers.every((name) => name === 'Conflict' || name === 'Temporary')).toBe(true);
    expect(await registry.batches('NSE', DATE)).toHaveLength(1);
    expect(await registry.snapshotCount('NSE', DATE)).toBe(2);
  });
});

describe.each(ADAPTERS)('BatchRegistry on %s: day files', (_, open) => {
  let registry: BatchRegistry;
  beforeEach(async () => {
    registry = await open();
  });

  it('gives the one that counts, or undefined', async () => {
    expect(await registry.dayFile('chain', 'chain', 'NSE', DATE)).toBeUndefined();
    await registry.switchDayFile(aDayFileRow());
    expect(await registry.dayFile('chain', 'chain', 'NSE', DATE)).toEqual(aDayFileRow());
    const second = aDayFileRow({ revision: 2, path: 'other', parity: { served: 3, equal: 2 } });
    await registry.switchDayFile(second);
    expect(await registry.dayFile('chain', 'chain', 'NSE', DATE)).toEqual(second);
  });

  it('refuses a first one twice, a skipped revision and an old one', async () => {
    await expect(registry.switchDayFile(aDayFileRow({ revision: 2 }))).rejects.toMatchObject(conflict);
    await registry.switchDayFile(aDayFileRow());
    await expect(registry.switchDayFile(aDayFileRow())).rejects.toMatchObject(conflict);
    await expect(registry.switchDayFile(aDayFileRow({ revision: 3 }))).rejects.toMatchObject(conflict);
    expect(await registry.dayFile('chain', 'chain', 'NSE', DATE)).toEqual(aDayFileRow());
  });

  it('lets one of two racing switches win', async () => {
    await registry.switchDayFile(aDayFileRow());
    const race = ['x', 'y'].map((path) => registry.switchDayFile(aDayFileRow({ revision: 2, path })));
    const results = await Promise.allSettled(race);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const winner = results[0]?.status === 'fulfilled' ? 'x' : 'y';
    expect((await registry.dayFile('chain', 'chain', 'NSE', DATE))?.path).toBe(winner);
  });

  it('lists by date within both bounds, per kind, set and exchange', async () => {
    const dates = ['2025-12-05', '2025-12-03', '2025-12-04', '2025-11-28'];
    for (const date of dates) await registry.switchDayFile(aDayFileRow({ date }));
    await registry.switchDayFile(aDayFileRow({ kind: 'features', set: 'tracker-v2' }));
    await registry.switchDayFile(aDayFileRow({ exchange: 'BSE' }));
    const found = await registry.dayFiles('chain', 'chain', 'NSE', '2025-12-03', '2025-12-05');
    expect(found.map(({ date }) => date)).toEqual(['2025-12-03', '2025-12-04', '2025-12-05']);
    const features = await registry.dayFiles('features', 'tracker-v2', 'NSE', DATE, DATE);
    expect(features.map(({ kind }) => kind)).toEqual(['features']);
  });

  it('keeps every revision, by date and revision, and none of a lost race', async () => {
    const row = (date: string, revision: number) =>
      aDayFileRow({ date, revision, path: `${date}-${revision}` });
    for (let revision = 1; revision <= 11; revision++) await registry.switchDayFile(row(DATE, revision));
    for (const date of ['2025-12-02', '2025-12-05', '2025-12-06']) await registry.switchDayFile(row(date, 1));
    await registry.switchDayFile({ ...row(DATE, 1), exchange: 'BSE' });
    await registry.switchDayFile({ ...row(DATE, 1), kind: 'labels', set: 'tb' });
    await expect(registry.switchDayFile({ ...row(DATE, 11), path: 'lost' })).rejects.toMatchObject(conflict);
    const found = await registry.dayFileRevisions('chain', 'chain', 'NSE', '2025-12-03', '2025-12-05');
    const expected = Array.from({ length: 11 }, (_, at) => row(DATE, at + 1));
    expect(found).toEqual([...expected, row('2025-12-05', 1)]);
    expect(await registry.dayFileRevisions('chain', 'chain', 'NSE', '2025-12-07', '2025-12-09')).toEqual([]);
  });
});

describe('BatchRegistry on DynamoDB: rows from before revisions were kept', () => {
  it('are revisions too', async () => {
    const name = await cloud.table();
    const registry = dynamoBatchRegistry(cloud.dynamodb, name);
    await registry.switchDayFile(aDayFileRow());
    const Key = marshall({ pk: 'history#chain#chain#NSE', sk: `${DATE}#000001` });
    await cloud.dynamodb.send(new DeleteItemCommand({ TableName: name, Key }));
    const found = () => registry.dayFileRevisions('chain', 'chain', 'NSE', DATE, DATE);
    expect(await found()).toEqual([aDayFileRow()]);
    const second = aDayFileRow({ revision: 2, path: 'other' });
    await registry.switchDayFile(second);
    expect(await found()).toEqual([second]);
  });
});
