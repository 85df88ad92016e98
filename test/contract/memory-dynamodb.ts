import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Attributes = Readonly<Record<string, AttributeValue>>;
type Input = Readonly<Record<string, unknown>>;

interface Write {
  readonly TableName: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
}

/** Anything with a command's name and input, as the SDK's commands are. */
export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/**
 * DynamoDB's reads, conditional writes and transactions in memory, on tables with the keys `pk` and `sk`: what an adapter
 * sends is carried out as it stands, in one step, so that a test may decide when. Knows the expressions that the model
 * registry, the recommendation store and the audit log send and throws at any other. Proven by their contract suites,
 * beside the local DynamoDB.
 */
export class MemoryDynamoDb {
  readonly #items: Map<string, Attributes>;

  constructor(items: ReadonlyMap<string, Attributes> = new Map()) {
    this.#items = new Map(items);
  }

  /** The same items, to go another way from here. */
  copy(): MemoryDynamoDb {
    return new MemoryDynamoDb(this.#items);
  }

  /** The command's answer. @throws as DynamoDB does, by the error's name. */
  execute({ constructor: { name }, input }: Command): object {
    if (name === 'GetItemCommand') return this.#get(input as Write);
    if (name === 'BatchGetItemCommand') return this.#batchGet(input as Input);
    if (name === 'PutItemCommand') return this.#put(input as Write);
    if (name === 'QueryCommand') return this.#query(input as Input);
    if (name === 'TransactWriteItemsCommand') return this.#transact(input as Input);
    throw new Error(`command: expected one that the model registry sends, was ${name}`);
  }

  #get({ TableName, Key }: Write): object {
    const Item = this.#items.get(address(TableName, Key!));
    return Item === undefined ? {} : { Item };
  }

  #batchGet({ RequestItems }: Input): object {
    const tables = Object.entries(RequestItems as Readonly<Record<string, { readonly Keys: Attributes[] }>>);
    const found = (table: string, keys: readonly Attributes[]) =>
      keys.map((key) => this.#items.get(address(table, key))).filter((item) => item !== undefined);
    return { Responses: Object.fromEntries(tables.map(([table, { Keys }]) => [table, found(table, Keys)])) };
  }

  #put(write: Write): object {
    if (!this.#holds(write)) throw named('ConditionalCheckFailedException', {});
    this.#items.set(address(write.TableName, write.Item!), write.Item!);
    return {};
  }

  #query(input: Input): object {
    const values = input['ExpressionAttributeValues'] as Attributes;
    const names = input['ExpressionAttributeNames'] as Readonly<Record<string, string>>;
    const condition = text(input, 'KeyConditionExpression');
    const bounded = condition === '#pk = :pk AND #sk BETWEEN :from AND :to';
    if (!bounded && condition !== '#pk = :pk') {
      throw new Error(`key condition: expected a partition or a range, was ${condition}`);
    }
    const pk = names['#pk'] as string;
    const sk = pk.replace(/pk$/, 'sk');
    const within = `${input['TableName']}|`;
    const isWithin = (sort: string) => !bounded || (values[':from']!.S! <= sort && sort <= values[':to']!.S!);
    const found = [...this.#items]
      .filter(([key, item]) => key.startsWith(within) && item[pk]?.S === values[':pk']!.S)
      .filter(([, item]) => item[sk] !== undefined && isWithin(item[sk].S!))
      .map(([, item]) => item)
      .sort((a, b) => (a[sk]!.S! < b[sk]!.S! ? -1 : 1));
    if (input['ScanIndexForward'] === false) found.reverse();
    const page = found.slice(0, (input['Limit'] as number | undefined) ?? found.length);
    return { Items: page, Count: page.length };
  }

  #transact(input: Input): object {
    const actions = (input['TransactItems'] as { Put?: Write; Delete?: Write; Update?: Write }[]).map(
      ({ Put, Delete, Update }) => (Put ?? Delete ?? Update)!,
    );
    const addresses = actions.map((write) => address(write.TableName, (write.Item ?? write.Key)!));
    if (new Set(addresses).size < addresses.length) throw named('ValidationException', {});
    const held = actions.map((write) => this.#holds(write));
    if (held.includes(false)) {
      const CancellationReasons = held.map((ok) => ({ Code: ok ? 'None' : 'ConditionalCheckFailed' }));
      throw named('TransactionCanceledException', { CancellationReasons });
    }
    for (const [at, write] of actions.entries()) {
      const key = addresses[at]!;
      const {
        UpdateExpression: update,
        Item = update && updated(this.#items.get(key) ?? write.Key!, write),
      } = write;
      if (Item === undefined || Item === '') this.#items.delete(key);
      else this.#items.set(key, Item);
    }
    return {};
  }

  #holds(write: Write): boolean {
    const { ConditionExpression: condition, ExpressionAttributeNames: names } = write;
    if (condition === undefined) return true;
    const stored = this.#items.get(address(write.TableName, (write.Item ?? write.Key)!));
    if (condition === 'attribute_not_exists(pk)') return stored === undefined;
    const needed = /^attribute_exists\((\w+)\)$/.exec(condition)?.[1];
    if (needed !== undefined) return stored?.[needed] !== undefined;
    const { ':expected': expected, ':version': version } = write.ExpressionAttributeValues ?? {};
    if (condition === '#size = :read') {
      return stored?.[names!['#size']!]?.N === write.ExpressionAttributeValues![':read']!.N;
    }
    const isExpected = stored !== undefined && stored[names?.['#revision'] ?? '']?.N === expected?.N;
    if (condition === '#revision = :expected') return isExpected;
    if (condition === '#revision = :expected AND #version = :version') {
      return isExpected && stored[names?.['#version'] ?? '']?.S === version?.S;
    }
    throw new Error(`condition: expected one that the model registry sends, was ${condition}`);
  }
}

/** A client of the SDK's class whose commands go to `send` and nowhere else. */
export function clientThat(send: (command: Command) => Promise<object>): DynamoDBClient {
  return Object.assign(Object.create(DynamoDBClient.prototype), { send }) as DynamoDBClient;
}

/** An item after `SET name = :value, ... REMOVE name, ...`, either of which may be missing. */
function updated(
  item: Attributes,
  { UpdateExpression = '', ExpressionAttributeValues = {} }: Write,
): Attributes {
  const [, set, remove] = /^(?:SET (.+?))?\s*(?:REMOVE (.+))?$/.exec(UpdateExpression) ?? [];
  const next: Record<string, AttributeValue> = { ...item };
  for (const assignment of set?.split(', ') ?? []) {
    const [, name, value] = /^(\w+) = (:\w+)$/.exec(assignment) ?? [];
    if (name === undefined) throw new Error(`update: expected name = :value, was ${assignment}`);
    next[name] = ExpressionAttributeValues[value!]!;
  }
  for (const name of remove?.split(', ') ?? []) delete next[name];
  return next;
}

function address(table: string, { pk, sk }: Attributes): string {
  return `${table}|${pk!.S}|${sk!.S}`;
}

function text(input: Input, field: string): string {
  return String(input[field]);
}

function named(name: string, details: object): Error {
  return Object.assign(new Error(name), { name, ...details });
}
