import { expect, it } from 'vitest';
import { DynamoTable } from '../../../../shared/adapters/dynamodb/table.ts';
import { clientThat, MemoryDynamoDb } from '../../../contract/memory-dynamodb.ts';

type Request = { RequestItems: Record<string, { Keys: object[]; ConsistentRead: boolean }> };

/** A table with 150 items that takes at most so many keys of each request. */
async function table(takes: (request: number) => number) {
  const database = new MemoryDynamoDb();
  const asked: number[] = [];
  const client = clientThat(async (command) => {
    if (command.constructor.name !== 'BatchGetItemCommand') return database.execute(command);
    const { Keys } = (command.input as Request).RequestItems['t']!;
    const now = takes(asked.push(Keys.length));
    const part = { RequestItems: { t: { Keys: Keys.slice(0, now) } } };
    const answer = database.execute({ constructor: { name: 'BatchGetItemCommand' }, input: part });
    const left = Keys.slice(now);
    return left.length === 0 ? answer : { ...answer, UnprocessedKeys: { t: { Keys: left } } };
  });
  const made = new DynamoTable(client, 't');
  for (let at = 0; at < 150; at++) await made.put({ pk: `p${at}`, sk: 's', at });
  return { made, asked };
}

const keys = (...places: number[]) => places.map((at) => [`p${at}`, 's'] as const);
const all = Array.from({ length: 150 }, (_, at) => at);

it('gives items in the order of their keys, a hundred a request, and undefined for what is not there', async () => {
  const { made, asked } = await table(() => 100);
  const found = await made.getAll([...keys(...all.toReversed()), ['p1', 'other'], ...keys(7)]);
  expect(found.map((item) => item?.['at'])).toEqual([...all.toReversed(), undefined, 7]);
  expect(asked).toEqual([100, 51]);
  expect(await made.getAll([])).toEqual([]);
});

it('asks again for what an answer leaves out', async () => {
  const { made, asked } = await table((request) => [40, 0, 40][request - 1] ?? 100);
  expect((await made.getAll(keys(...all.slice(0, 100)))).map((item) => item?.['at'])).toEqual(
    all.slice(0, 100),
  );
  expect(asked).toEqual([100, 60, 60, 20]);
});

it('gives up with Temporary where nothing comes', async () => {
  const { made, asked } = await table(() => 0);
  await expect(made.getAll(keys(1))).rejects.toMatchObject({ name: 'Temporary' });
  expect(asked).toHaveLength(6);
});
