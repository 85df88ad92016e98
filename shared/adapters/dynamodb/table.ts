import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Temporary } from '../../errors.ts';
import { translated } from '../aws/translate-error.ts';

export type Item = Record<string, unknown>;

/** A condition in DynamoDB's words with its values; `#name` and `:value` placeholders are filled from the records. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface KeyRange {
  readonly pk: string;
  /** Inclusive bounds of the sort key; without them the whole partition. */
  readonly from?: string;
  readonly to?: string;
  readonly index?: 'by-day' | 'pending';
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** Attributes that are wanted; all of them when left out. */
  readonly only?: readonly string[];
}

const KEYS = {
  table: { pk: 'pk', sk: 'sk' },
  'by-day': { pk: 'day_pk', sk: 'day_sk' },
  pending: { pk: 'pending_pk', sk: 'pending_sk' },
} as const;

/** Keys that one request may ask for. */
const MOST_KEYS = 100;
/** Requests in a row that bring nothing, before the service counts as busy. */
const MOST_IDLE = 6;

/** One DynamoDB table with string keys `pk` and `sk`, its items as plain objects, its errors as ours. */
export class DynamoTable {
  readonly name: string;
  private readonly client: DynamoDBClient;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  async get(pk: string, sk: string): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.name,
      Key: toAttributes({ pk, sk }),
      ConsistentRead: true,
    });
    const { Item } = await translated(`get ${pk} ${sk}`, () => this.client.send(command));
    return Item === undefined ? undefined : unmarshall(Item);
  }

  /** The items of many keys, in the keys' order and as of now, a hundred a request. */
  async getAll(keys: readonly (readonly [pk: string, sk: string])[]): Promise<(Item | undefined)[]> {
    const wanted = [...new Map(keys.map(([pk, sk]) => [keyText(pk, sk), toAttributes({ pk, sk })])).values()];
    const found = new Map<string, Item>();
    for (let at = 0; at < wanted.length; at += MOST_KEYS) {
      for (const item of await this.batchGet(wanted.slice(at, at + MOST_KEYS))) {
        found.set(keyText(String(item['pk']), String(item['sk'])), item);
      }
    }
    return keys.map(([pk, sk]) => found.get(keyText(pk, sk)));
  }

  /** What an answer leaves out, being full or throttled, is asked for again. */
  private async batchGet(keys: Record<string, AttributeValue>[]): Promise<Item[]> {
    const items: Item[] = [];
    let left = keys;
    for (let idle = 0; left.length > 0; ) {
      const RequestItems = { [this.name]: { Keys: left, ConsistentRead: true } };
      const command = new BatchGetItemCommand({ RequestItems });
      const answer = await translated(`get ${left.length} items`, () => this.client.send(command));
      const came = answer.Responses?.[this.name] ?? [];
      items.push(...came.map((item) => unmarshall(item)));
      left = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
      idle = came.length > 0 || left.length === 0 ? 0 : idle + 1;
      if (idle === MOST_IDLE) throw new Temporary(`get ${left.length} items: the service is busy`);
      if (idle > 0) await new Promise((done) => setTimeout(done, 20 * 2 ** idle));
    }
    return items;
  }

  /** @throws Conflict when the condition does not hold. */
  async put(item: Item, condition?: Condition): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: toAttributes(item),
      ...conditionOf(condition),
    });
    await translated(`put ${item['pk']} ${item['sk']}`, () => this.client.send(command));
  }

  /** All items of a key range, over as many pages as it takes. */
  async query(range: KeyRange): Promise<Item[]> {
    return translated(`query ${range.pk}`, async () => {
      const items: Item[] = [];
      const pages = paginateQuery({ client: this.client }, this.queryInput(range));
      for await (const page of pages) {
        for (const item of page.Items ?? []) items.push(unmarshall(item));
        if (range.limit !== undefined && items.length >= range.limit) return items.slice(0, range.limit);
      }
      return items;
    });
  }

  /** How many items a key range holds. */
  async count(range: KeyRange): Promise<number> {
    return translated(`count ${range.pk}`, async () => {
      let count = 0;
      const pages = paginateQuery({ client: this.client }, { ...this.queryInput(range), Select: 'COUNT' });
      for await (const page of pages) count += page.Count ?? 0;
      return count;
    });
  }

  putInTransaction(item: Item, condition?: Condition): TransactWriteItem {
    return { Put: { TableName: this.name, Item: toAttributes(item), ...conditionOf(condition) } };
  }

  updateInTransaction(pk: string, sk: string, expression: string, condition: Condition): TransactWriteItem {
    return {
      Update: {
        TableName: this.name,
        Key: toAttributes({ pk, sk }),
        UpdateExpression: expression,
        ...conditionOf(condition),
      },
    };
  }

  deleteInTransaction(pk: string, sk: string, condition: Condition): TransactWriteItem {
    return { Delete: { TableName: this.name, Key: toAttributes({ pk, sk }), ...conditionOf(condition) } };
  }

  /** Writes everything or nothing. @throws Conflict when a condition does not hold. */
  async transact(items: TransactWriteItem[], doing: string): Promise<void> {
    const command = new TransactWriteItemsCommand({ TransactItems: items });
    await translated(doing, () => this.client.send(command));
  }

  private queryInput(range: KeyRange): QueryCommandInput {
    const keys = KEYS[range.index ?? 'table'];
    const bounded = range.from !== undefined && range.to !== undefined;
    const only = (range.only ?? []).map((name, at) => [`#only${at}`, name] as const);
    return {
      TableName: this.name,
      ...(range.index === undefined ? { ConsistentRead: true } : { IndexName: range.index }),
      KeyConditionExpression: bounded ? '#pk = :pk AND #sk BETWEEN :from AND :to' : '#pk = :pk',
      ExpressionAttributeNames: {
        '#pk': keys.pk,
        ...(bounded ? { '#sk': keys.sk } : {}),
        ...Object.fromEntries(only),
      },
      ...(only.length === 0 ? {} : { ProjectionExpression: only.map(([place]) => place).join(', ') }),
      ExpressionAttributeValues: toAttributes({
        ':pk': range.pk,
        ...(bounded ? { ':from': range.from, ':to': range.to } : {}),
      }),
      ScanIndexForward: range.newestFirst !== true,
      ...(range.limit === undefined ? {} : { Limit: range.limit }),
    };
  }
}

/** A condition that the item does not exist yet. */
export const ABSENT: Condition = { expression: 'attribute_not_exists(pk)' };

/** A condition that the stored item has the revision before `revision`, or does not exist when that is `first`. */
export function follows(revision: number, first: number): Condition {
  if (revision === first) return ABSENT;
  return {
    expression: '#revision = :expected',
    names: { '#revision': 'revision' },
    values: { ':expected': revision - 1 },
  };
}

/** The record in an item: everything but the keys of the table and its indexes. */
export function recordOf<T>(item: Item): T {
  const {
    pk: _pk,
    sk: _sk,
    day_pk: _dp,
    day_sk: _ds,
    pending_pk: _pp,
    pending_sk: _ps,
    expires_at: _e,
    ...record
  } = item;
  return record as T;
}

function keyText(pk: string, sk: string): string {
  return JSON.stringify([pk, sk]);
}

function toAttributes(item: Item): Record<string, AttributeValue> {
  return marshall(item, { removeUndefinedValues: true });
}

function conditionOf(condition?: Condition): object {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.names === undefined ? {} : { ExpressionAttributeNames: condition.names }),
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: toAttributes(condition.values) }),
  };
}
