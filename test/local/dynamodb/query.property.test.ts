import { PutItemCommand, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoDbFixture } from './dynamodb-fixture.ts';

/** Range keys that are easily put into a wrong order: by sign, by length, by exponent. */
const TIMES = [-1000, -10, -9.5, -1, -0.25, 0, 0.5, 1, 2, 9, 10, 11, 99.5, 100, 1000];
const NAMES = ['a', 'a/', 'aa', 'ab', 'b', 'é', '~', 'Z'];

let db: DynamoDbFixture;

beforeAll(async () => {
  db = await DynamoDbFixture.start();
  await db.service.createTable({
    name: 'names',
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'name', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'name', AttributeType: 'S' },
    ],
  });
  const put = (TableName: string, Item: Record<string, { S: string } | { N: string }>) =>
    db.client.send(new PutItemCommand({ TableName, Item }));
  await Promise.all([
    ...TIMES.map((at) => put('moments', { id: { S: 'a' }, at: { N: String(at) }, kind: { S: 'k' } })),
    ...TIMES.map((at) => put('moments', { id: { S: 'a!' }, at: { N: String(at) } })),
    ...NAMES.map((name) => put('names', { id: { S: 'a' }, name: { S: name } })),
  ]);
});
afterAll(() => db.stop());

interface Range {
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'BETWEEN';
  readonly first: number;
  readonly second: number;
}

const range: fc.Arbitrary<Range> = fc.record({
  operator: fc.constantFrom('=', '<', '<=', '>', '>=', 'BETWEEN'),
  first: fc.constantFrom(...TIMES, 5, -2),
  second: fc.constantFrom(...TIMES),
});

function holds({ operator, first, second }: Range, at: number): boolean {
  if (operator === 'BETWEEN') return at >= first && at <= second;
  if (operator === '=') return at === first;
  if (operator.startsWith('<')) return at < first || (operator === '<=' && at === first);
  return at > first || (operator === '>=' && at === first);
}

describe('Query', () => {
  it('finds what the key condition says, in order, whatever the page size', async () => {
    const shape = {
      range,
      Limit: fc.integer({ min: 1, max: 20 }),
      forward: fc.boolean(),
      indexed: fc.boolean(),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(shape), async ({ range: wanted, Limit, forward, indexed }) => {
        const { operator, first, second } = wanted;
        fc.pre(operator !== 'BETWEEN' || first <= second);
        const condition =
          operator === 'BETWEEN' ? '#at BETWEEN :first AND :second' : `#at ${operator} :first`;
        const input = {
          TableName: 'moments',
          ...(indexed ? { IndexName: 'by-kind' } : {}),
          KeyConditionExpression: `${indexed ? 'kind' : 'id'} = :hash AND ${condition}`,
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: {
            ':hash': { S: indexed ? 'k' : 'a' },
            ':first': { N: String(first) },
            ...(operator === 'BETWEEN' ? { ':second': { N: String(second) } } : {}),
          },
          ScanIndexForward: forward,
          Limit,
        };
        const found: number[] = [];
        for await (const page of paginateQuery({ client: db.client }, input)) {
          expect(page.Items?.length).toBeLessThanOrEqual(Limit);
          found.push(...(page.Items ?? []).map(({ at }) => Number(at?.N)));
        }
        const expected = TIMES.filter((at) => holds(wanted, at));
        expect(found).toEqual(forward ? expected : expected.reverse());
      }),
      { numRuns: 150, seed: 20251204 },
    );
  });

  it('orders text by its bytes and finds it by its beginning', async () => {
    const names = async (condition: string, values: Record<string, { S: string }>) => {
      const found: (string | undefined)[] = [];
      const input = {
        TableName: 'names',
        KeyConditionExpression: `id = :id${condition}`,
        ExpressionAttributeNames: condition === '' ? undefined : { '#name': 'name' },
        ExpressionAttributeValues: { ':id': { S: 'a' }, ...values },
        Limit: 3,
      };
      for await (const page of paginateQuery({ client: db.client }, input)) {
        found.push(...(page.Items ?? []).map(({ name }) => name?.S));
      }
      return found;
    };
    expect(await names('', {})).toEqual(['Z', 'a', 'a/', 'aa', 'ab', 'b', '~', 'é']);
    expect(await names(' AND begins_with(#name, :a)', { ':a': { S: 'a' } })).toEqual(['a', 'a/', 'aa', 'ab']);
  });
});

describe('Scan', () => {
  it.each([1, 4, 100])('reads every item once in pages of %i', async (Limit) => {
    const found: string[] = [];
    for await (const page of paginateScan({ client: db.client }, { TableName: 'moments', Limit })) {
      found.push(...(page.Items ?? []).map(({ id, at }) => `${id?.S} ${at?.N}`));
    }
    expect(found.sort()).toEqual(TIMES.flatMap((at) => [`a ${at}`, `a! ${at}`]).sort());
  });
});
