import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { database, type Store, type TableDescription, validated } from '../../../local/dynamodb/dynalite.ts';
import { errorCode } from '../../../local/dynamodb/error.ts';
import { indexPrefix, itemPrefix, Staging } from '../../../local/dynamodb/staging.ts';
import { MOMENTS } from './dynamodb-fixture.ts';

let directory: string;
let store: Store;

const CREATE = {
  TableName: 'moments',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: MOMENTS.KeySchema,
  AttributeDefinitions: MOMENTS.AttributeDefinitions,
  GlobalSecondaryIndexes: MOMENTS.GlobalSecondaryIndexes,
};
const ITEM = { id: { S: 'a' }, at: { N: '1' }, kind: { S: 'k' } };
const keys = async () => {
  const found: string[] = [];
  for await (const [key] of store.db.iterator({ gte: '', lt: '\uffff' })) found.push(key);
  return found;
};
const put = (into: Staging, more: object = {}) =>
  into.run('PutItem', validated('PutItem', { TableName: 'moments', Item: ITEM, ...more }, store));
const putNow = async () => {
  const staging = new Staging(store);
  await put(staging);
  await store.db.batch(staging.operations());
};

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dynalite-'));
  store = database.create({ path: directory });
  await store.db.open();
  const staging = new Staging(store);
  const created = await staging.run('CreateTable', validated('CreateTable', CREATE, store));
  (created['TableDescription'] as TableDescription).TableStatus = 'ACTIVE';
  await store.db.batch(staging.operations());
});
afterEach(async () => {
  await store.db.close();
  rmSync(directory, { recursive: true });
});

describe('dynalite, as we rely on it', () => {
  it('is the version whose insides we know', () => {
    const manifest = createRequire(import.meta.url).resolve('dynalite/package.json');
    expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('4.0.0');
  });

  it('keeps items and index entries below the prefixes we name', async () => {
    await putNow();
    const found = await keys();
    expect(found).toHaveLength(3);
    expect(found.filter((key) => key.startsWith(itemPrefix('moments')))).toHaveLength(1);
    expect(found.filter((key) => key.startsWith(indexPrefix('Global', 'moments', 'by-kind')))).toHaveLength(
      1,
    );
    expect(found).toContain('table~moments');
  });
});

describe('Staging', () => {
  it('keeps writes to itself, reads its own, and hands them over as one batch', async () => {
    const staging = new Staging(store);
    await put(staging);
    expect(await keys()).toEqual(['table~moments']);
    const again = put(staging, { ConditionExpression: 'attribute_not_exists(id)' });
    expect(errorCode(await again.catch((error: unknown) => error))).toBe('ConditionalCheckFailedException');
    expect([...staging.items()].map(({ item }) => item)).toEqual([ITEM]);
    await store.db.batch(staging.operations());
    expect(await keys()).toHaveLength(3);
  });

  it('stages removals', async () => {
    await putNow();
    const staging = new Staging(store);
    const data = validated('DeleteItem', { TableName: 'moments', Key: { id: ITEM.id, at: ITEM.at } }, store);
    await staging.run('DeleteItem', data);
    expect([...staging.items()]).toEqual([]);
    expect(await keys()).toHaveLength(3);
    await store.db.batch(staging.operations());
    expect(await keys()).toEqual(['table~moments']);
  });

  it('turns what dynalite throws in a callback into a failure of the operation', async () => {
    await putNow();
    const query = {
      TableName: 'moments',
      KeyConditionExpression: 'id = :id',
      FilterExpression: 'begins_with(nothing1, nothing2)',
      ExpressionAttributeValues: { ':id': { S: 'a' } },
    };
    const reading = new Staging(store).run('Query', validated('Query', query, store));
    await expect(reading).rejects.toThrow(TypeError);
    const check = {
      TableName: 'moments',
      Item: ITEM,
      ConditionExpression: 'begins_with(nothing1, nothing2)',
    };
    const writing = new Staging(store).run('PutItem', validated('PutItem', check, store));
    await expect(writing).rejects.toThrow(TypeError);
  });
});
