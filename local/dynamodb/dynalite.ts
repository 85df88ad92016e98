/**
 * The door to dynalite 4.0.0, whose parts are used without its HTTP server: request validation, expression
 * parsing, and one function per operation over a store. Its files have no types, so the parts we use are
 * typed here; the version is pinned exactly, and test/local/dynamodb/dynalite.test.ts holds us to these facts.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { copiedValues } from './attribute-values.ts';
import type { ValueIterator, ValueRange } from './value-stream.ts';

export type JsonObject = Record<string, unknown>;

/** One attribute value as it travels: `{S: 'a'}`, `{N: '1'}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface TableIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection?: JsonObject;
  IndexStatus?: string;
}

/** A table as it is stored below `table~<name>`. */
export interface TableDescription {
  readonly TableName: string;
  readonly TableArn: string;
  TableId: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: readonly JsonObject[];
  readonly GlobalSecondaryIndexes?: readonly TableIndex[];
  readonly LocalSecondaryIndexes?: readonly TableIndex[];
  TableStatus: string;
  CreationDateTime: number;
}

export type Callback<T> = (error: unknown, result?: T) => void;

/** A range of keys of the one LevelDB below, all of them beginning with the area's prefix. */
export interface Area {
  lock(key: string, work: (release: <T>(callback: Callback<T>) => Callback<T>) => void): void;
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  createValueStream(range?: ValueRange): EventEmitter;
}

export type BatchOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
  readonly limit?: number;
}

/** The LevelDB: a batch is all or nothing, also when the process is killed. */
export interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  getSync(key: string): unknown;
  batch(operations: readonly BatchOperation[]): Promise<void>;
  iterator(range: KeyRange): AsyncIterable<[string, unknown]>;
  /** `highWaterMarkBytes` is how much is read ahead in one go. */
  values(range: ValueRange & { readonly highWaterMarkBytes: number }): ValueIterator;
}

export interface Store {
  readonly db: Level;
  readonly options: JsonObject;
  readonly tableDb: Area & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): Area;
  getIndexDb(type: string, table: string, index: string): Area;
  getTable(name: string, checkStatus: boolean, callback: Callback<TableDescription>): void;
}

/** One operation; `data` has been validated, its expressions are parsed into `_condition`, `_updates` and so on. */
export type Action = (store: Store, data: JsonObject, callback: Callback<JsonObject>) => void;

interface Database {
  create(options: { path: string }): Store;
  createKey(item: Item, table: TableDescription): string;
  validateKey(key: Item, table: TableDescription): Error | null | undefined;
  checkConditional(data: JsonObject, item: Item | undefined): Error | null | undefined;
  itemSize(item: Item): number;
  /** The index entries that an item has, by index name. */
  getIndexActions(
    indexes: readonly TableIndex[],
    oldItem: Item | undefined,
    item: Item,
    table: TableDescription,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[] };
}

interface Validations {
  checkTypes(data: JsonObject, types: JsonObject): JsonObject;
  checkValidations(data: JsonObject, types: JsonObject, custom: unknown, store: Store): void;
}

interface OperationValidation {
  readonly types: JsonObject;
  readonly custom?: unknown;
}

const load = createRequire(import.meta.url);

export const database = load('dynalite/db/index.js') as Database;
const validations = load('dynalite/validations/index.js') as Validations;

const operationValidations = new Map<string, OperationValidation>();
const actions = new Map<string, Action>();

/** Checks a request as DynamoDB does and parses its expressions; throws dynalite's error with `statusCode` and `body`. */
export function validated(operation: string, input: JsonObject, store: Store): JsonObject {
  const { types, custom } = remembered(operationValidations, operation, () =>
    load(`dynalite/validations/${fileName(operation)}.js`),
  );
  const data = typed(input, types);
  validations.checkValidations(data, types, custom, store);
  return data;
}

/** The input as dynalite types it, nothing shared with it; maps of usual attribute values without its long way round. */
function typed(input: JsonObject, types: JsonObject): JsonObject {
  const usual: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const copies = isValueMap(types[name]) ? copiedValues(value) : undefined;
    if (copies === undefined) others[name] = value;
    else usual[name] = copies;
  }
  const checked = validations.checkTypes(structuredClone(others), types);
  const names = Object.keys(types).filter(
    (name) => Object.hasOwn(usual, name) || Object.hasOwn(checked, name),
  );
  return Object.fromEntries(names.map((name) => [name, usual[name] ?? checked[name]]));
}

function isValueMap(type: unknown): boolean {
  const { type: kind, children } = (type ?? {}) as { readonly type?: unknown; readonly children?: unknown };
  return kind === 'Map<AttributeValue>' && children === 'AttrStruct<ValueStruct>';
}

/** One of dynalite's operations by its name: `PutItem`. */
export function actionOf(operation: string): Action {
  return remembered(actions, operation, () => load(`dynalite/actions/${fileName(operation)}.js`));
}

function remembered<T>(known: Map<string, T>, name: string, find: () => T): T {
  const found = known.get(name) ?? find();
  known.set(name, found);
  return found;
}

export function promised(action: Action, store: Store, data: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    action(store, data, (error, result) => (error ? reject(error) : resolve(result as JsonObject)));
  });
}

/** @throws dynalite's ResourceNotFoundException */
export function describe(store: Store, name: string): Promise<TableDescription> {
  return new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) =>
      error ? reject(error) : resolve(table as TableDescription),
    );
  });
}

function fileName(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}
