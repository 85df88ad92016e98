import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createDynamoDb, type DynamoDbService } from '../../../local/dynamodb/dynamodb.ts';
import { MOMENTS, START_MS } from './dynamodb-fixture.ts';

/** What one action does to the item `name`, whose value and index key are `value`. */
interface Action {
  readonly kind: 'put' | 'putNew' | 'add' | 'delete' | 'check';
  readonly name: string;
  readonly value: number;
}

type Contents = ReadonlyMap<string, number>;

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('put', 'putNew', 'add', 'delete', 'check'),
  name: fc.constantFrom(...NAMES),
  value: fc.integer({ min: 1, max: 3 }),
});
const step = fc.record({
  actions: fc.uniqueArray(action, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
  how: fc.constantFrom('transaction', 'transaction', 'single', 'restart'),
});

/** The model: whether the action's condition holds, and the contents after it. */
function applied(contents: Contents, { kind, name, value }: Action): Contents | undefined {
  const exists = contents.has(name);
  const next = new Map(contents);
  if (kind === 'putNew' ? exists : kind !== 'put' && !exists) return undefined;
  if (kind === 'delete') next.delete(name);
  else if (kind === 'add') next.set(name, (next.get(name) ?? 0) + value);
  else if (kind !== 'check') next.set(name, value);
  return next;
}

function request({ kind, name, value }: Action): { readonly verb: string; readonly input: object } {
  const Key = { id: { S: name }, at: { N: '1' } };
  const Item = { ...Key, amount: { N: String(value) }, kind: { S: `k${value}` } };
  const exists = { TableName: 'moments', Key, ConditionExpression: 'attribute_exists(id)' };
  if (kind === 'put') return { verb: 'Put', input: { TableName: 'moments', Item } };
  if (kind === 'putNew') {
    return {
      verb: 'Put',
      input: { TableName: 'moments', Item, ConditionExpression: 'attribute_not_exists(id)' },
    };
  }
  if (kind === 'delete') return { verb: 'Delete', input: exists };
  if (kind === 'check') return { verb: 'ConditionCheck', input: exists };
  const values = { ':value': { N: String(value) }, ':kind': { S: `k${value}` } };
  const UpdateExpression = 'SET amount = amount + :value, kind = :kind';
  return { verb: 'Update', input: { ...exists, UpdateExpression, ExpressionAttributeValues: values } };
}

class Subject {
  readonly directory = mkdtempSync(join(tmpdir(), 'dynamodb-model-'));
  service!: DynamoDbService;

  async open(): Promise<void> {
    this.service = await createDynamoDb({ directory: this.directory, clock: simulatedClock(START_MS) });
    await this.service.createTable(MOMENTS);
  }

  async close(): Promise<void> {
    await this.service.close();
    rmSync(this.directory, { recursive: true });
  }

  async restart(): Promise<void> {
    await this.service.close();
    await this.open();
  }

  async call(operation: string, input: object): Promise<{ status: number; output: Record<string, unknown> }> {
    const { status, body } = await this.service.handle({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    return { status, output: JSON.parse(String(body)) };
  }

  /** Table and index, both as name -> amount. */
  async contents(): Promise<{ table: Contents; index: Contents }> {
    const totals = async (input: object) => {
      const { output } = await this.call('Scan', { TableName: 'moments', ...input });
      const items = output['Items'] as { id: { S: string }; amount: { N: string } }[];
      return new Map(items.map(({ id, amount }) => [id.S, Number(amount.N)]));
    };
    return { table: await totals({}), index: await totals({ IndexName: 'by-kind' }) };
  }
}

async function transact(subject: Subject, contents: Contents, actions: readonly Action[]): Promise<Contents> {
  const holds = actions.map((each) => applied(contents, each) !== undefined);
  const TransactItems = actions.map(request).map(({ verb, input }) => ({ [verb]: input }));
  const { status, output } = await subject.call('TransactWriteItems', { TransactItems });
  if (holds.every(Boolean)) {
    expect(status).toBe(200);
    return actions.reduce<Contents>((so, each) => applied(so, each) as Contents, contents);
  }
  expect(output).toHaveProperty('CancellationReasons');
  const codes = (output['CancellationReasons'] as { Code: string }[]).map(({ Code }) => Code);
  expect(codes).toEqual(holds.map((held) => (held ? 'None' : 'ConditionalCheckFailed')));
  return contents;
}

async function single(subject: Subject, contents: Contents, each: Action): Promise<Contents> {
  const { verb, input } = request(each);
  if (verb === 'ConditionCheck') return contents;
  const next = applied(contents, each);
  const { status } = await subject.call(`${verb}Item`, input);
  expect(status).toBe(next === undefined ? 400 : 200);
  return next ?? contents;
}

it('does all of a transaction or nothing, and keeps the index in step', async () => {
  const subject = new Subject();
  await subject.open();
  let contents: Contents = new Map();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const { actions, how } of steps) {
          if (how === 'restart') await subject.restart();
          else if (how === 'transaction') contents = await transact(subject, contents, actions);
          else contents = await single(subject, contents, actions[0] as Action);
        }
        expect(await subject.contents()).toEqual({ table: contents, index: contents });
      }),
      { numRuns: 60, seed: 20251204, endOnFailure: true },
    );
  } finally {
    await subject.close();
  }
});
