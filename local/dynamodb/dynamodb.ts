import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { LocalClock } from '../clock.ts';
import type { LocalRequest, LocalResponse, LocalService } from '../service.ts';
import { database, describe, type JsonObject, type Store, type TableDescription } from './dynalite.ts';
import { Engine } from './engine.ts';
import { DynamoDbError, isWireError } from './error.ts';
import { readPromptly } from './prompt-reads.ts';
import { type TableDefinition, Tables } from './tables.ts';
import { TimeToLive } from './time-to-live.ts';
import { Transactions } from './transactions.ts';

export interface DynamoDbOptions {
  /** Folder of the tables' state; made when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
  /** Written into ARNs; `000000000000` unless given. */
  readonly accountId?: string;
  /** Written into ARNs; `us-east-1` unless given. */
  readonly region?: string;
}

export interface DynamoDbService extends LocalService {
  /** Makes the table, or finds it as it should be; it is ACTIVE when this resolves. */
  createTable(definition: TableDefinition): Promise<TableDescription>;
}

type Operation = (input: JsonObject) => Promise<JsonObject>;

const TARGET = 'DynamoDB_20120810.';
const READS = [
  'BatchGetItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
] as const;
const WRITES = ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'] as const;
const SETTINGS = ['TagResource', 'UntagResource'] as const;

/**
 * The embedded DynamoDB: dynalite's operations over one LevelDB, with transactions, time to live and failed
 * conditions' old items added. Every acknowledged write survives kill -9; a write is one batch, all or nothing.
 * @throws Error when another process holds the directory
 */
export async function createDynamoDb(options: DynamoDbOptions): Promise<DynamoDbService> {
  mkdirSync(options.directory, { recursive: true });
  const store = database.create({ path: join(options.directory, 'dynamodb.level') });
  store.tableDb.awsAccountId = options.accountId ?? '000000000000';
  store.tableDb.awsRegion = options.region ?? 'us-east-1';
  await opened(store, options.directory);
  readPromptly(store.db);
  const engine = new Engine(store);
  const ttl = await TimeToLive.open(engine, options.clock);
  const tables = new Tables(engine, options.clock, ttl);
  const operations = operationsOf(engine, tables, ttl, new Transactions(engine, options.clock));
  return {
    createTable: (definition) => tables.ensure(definition),
    handle: (request) => answer(request, operations),
    close: async () => {
      await ttl.close();
      await engine.close();
    },
  };
}

async function opened(store: Store, directory: string): Promise<void> {
  try {
    await store.db.open();
  } catch (error) {
    const reason = (error as Error).cause ?? error;
    const expected = `dynamodb state: expected a folder that no other process holds, was ${directory}`;
    throw new Error(`${expected} (${String(reason)})`, { cause: error });
  }
}

function operationsOf(
  engine: Engine,
  tables: Tables,
  ttl: TimeToLive,
  transactions: Transactions,
): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ...READS.map((name): [string, Operation] => [name, (input) => engine.read(name, input)]),
    ...WRITES.map((name): [string, Operation] => [name, (input) => engine.write(name, input)]),
    ...SETTINGS.map((name): [string, Operation] => [name, (input) => engine.control(name, input)]),
    ['CreateTable', (input) => tables.create(input)],
    ['DeleteTable', (input) => tables.delete(input)],
    ['DescribeContinuousBackups', (input) => describeBackups(engine, input)],
    ['DescribeTimeToLive', (input) => ttl.describe(input)],
    ['TransactGetItems', (input) => transactions.get(input)],
    ['TransactWriteItems', (input) => transactions.write(input)],
    ['UpdateTimeToLive', (input) => ttl.update(input)],
  ]);
}

/** There is no backup here to describe; clients that ask are told so in DynamoDB's words. */
async function describeBackups(engine: Engine, input: JsonObject): Promise<JsonObject> {
  await describe(engine.store, String(input['TableName']));
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
}

async function answer(
  request: LocalRequest,
  operations: ReadonlyMap<string, Operation>,
): Promise<LocalResponse> {
  try {
    const operation = findOperation(request, operations);
    return response(200, await operation(parseBody(request.body)));
  } catch (error) {
    if (isWireError(error)) return response(error.statusCode, error.body);
    const message = error instanceof Error ? error.message : String(error);
    return response(500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message });
  }
}

function findOperation(request: LocalRequest, operations: ReadonlyMap<string, Operation>): Operation {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.startsWith(TARGET) ? operations.get(target.slice(TARGET.length)) : undefined;
  if (operation !== undefined) return operation;
  const known = [...operations.keys()].sort().join(', ');
  const message = `expected X-Amz-Target ${TARGET}<operation> with one of ${known}, was ${target || 'no header'}`;
  throw new DynamoDbError('UnknownOperationException', message);
}

function parseBody(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new DynamoDbError('SerializationException', `expected a JSON body, was ${String(cause)}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new DynamoDbError(
    'SerializationException',
    `expected a JSON object, was ${body.toString('utf8', 0, 40)}`,
  );
}

function response(status: number, output: JsonObject): LocalResponse {
  const body = JSON.stringify(output);
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
      'x-amz-crc32': String(crc32(body)),
    },
    body,
  };
}
