import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Attributes = Readonly<Record<string, AttributeValue>>;
type Input = Readonly<Record<string, unknown>>;

interface Write {
  readonly TableName: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ConditionExpression?: string;
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
 * registry sends and throws at any other. Proven by that registry's contract suite, beside the local DynamoDB.
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
    if (name === 'PutItemCommand') return this.#put(input as Write);
    if (name === 'QueryCommand') return this.#query(input as Input);
    if (name === 'TransactWriteItemsCommand') return this.#transact(input as Input);
    throw new Error(`command: expected one that the model registry sends, was ${name}`);
  }

  #get({ TableName, Key }: Write): object {
    const Item = this.#items.get(address(TableName, Key!));
    return Item === undefined ? {} : { Item };
  }

  #put(write: Write): object {
    if (!this.#holds(write)) throw named('ConditionalCheckFailedException', {});
    this.#items.set(address(write.TableName, write.Item!), write.Item!);
    return {};
  }

  #query(input: Input): object {
    const values = input['ExpressionAttributeValues'] as Attributes;
    const within = `${input['TableName']}|${values[':pk']!.S}|`;
    const bounded = text(input, 'KeyConditionExpression') === '#pk = :pk AND #sk BETWEEN :from AND :to';
    if (!bounded) throw new Error(`key condition: expected a range, was ${input['KeyConditionExpression']}`);
    const from = within + values[':from']!.S;
    const to = within + values[':to']!.S;
    const keys = [...this.#items.keys()].filter((key) => from <= key && key <= to).sort();
    if (input['ScanIndexForward'] === false) keys.reverse();
    const page = keys.slice(0, (input['Limit'] as number | undefined) ?? keys.length);
    return { Items: page.map((key) => this.#items.get(key)!), Count: page.length };
  }

  #transact(input: Input): object {
    const actions = (input['TransactItems'] as { Put?: Write; Delete?: Write }[]).map(
      ({ Put, Delete }) => (Put ?? Delete)!,
    );
    const addresses = actions.map((write) => address(write.TableName, (write.Item ?? write.Key)!));
    if (new Set(addresses).size < addresses.length) throw named('ValidationException', {});
    const held = actions.map((write) => this.#holds(write));
    if (held.includes(false)) {
      const CancellationReasons = held.map((ok) => ({ Code: ok ? 'None' : 'ConditionalCheckFailed' }));
      throw named('TransactionCanceledException', { CancellationReasons });
    }
    for (const [at, { Item }] of actions.entries()) {
      if (Item === undefined) this.#items.delete(addresses[at]!);
      else this.#items.set(addresses[at]!, Item);
    }
    return {};
  }

  #holds(write: Write): boolean {
    const { ConditionExpression: condition, ExpressionAttributeNames: names } = write;
    if (condition === undefined) return true;
    const stored = this.#items.get(address(write.TableName, (write.Item ?? write.Key)!));
    if (condition === 'attribute_not_exists(pk)') return stored === undefined;
    const { ':expected': expected, ':version': version } = write.ExpressionAttributeValues ?? {};
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

function address(table: string, { pk, sk }: Attributes): string {
  return `${table}|${pk!.S}|${sk!.S}`;
}

function text(input: Input, field: string): string {
  return String(input[field]);
}

function named(name: string, details: object): Error {
  return Object.assign(new Error(name), { name, ...details });
}
