import {
  actionOf,
  database,
  describe,
  type Item,
  type JsonObject,
  promised,
  type Store,
  validated,
} from './dynalite.ts';
import { errorCode, isWireError } from './error.ts';
import { SerialQueue } from './serial-queue.ts';
import { itemPrefix, Staging } from './staging.ts';

/** What is added to the batch of a staged write before it is made durable. */
export type BeforeCommit = (staging: Staging) => void;

/** Dynalite's operations with writes one after the other, each of them one durable batch. */
export class Engine {
  readonly store: Store;
  readonly #writes = new SerialQueue();
  readonly #beforeCommit: BeforeCommit[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  onCommit(hook: BeforeCommit): void {
    this.#beforeCommit.push(hook);
  }

  /** GetItem, Query, Scan and the like, on what is durable. */
  async read(operation: string, input: JsonObject): Promise<JsonObject> {
    return new Staging(this.store).run(operation, validated(operation, input, this.store));
  }

  /** Tags, which dynalite writes by itself. */
  control(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.alone(async () =>
      promised(actionOf(operation), this.store, validated(operation, input, this.store)),
    );
  }

  /** PutItem, UpdateItem, DeleteItem, BatchWriteItem. */
  async write(operation: string, input: JsonObject): Promise<JsonObject> {
    const data = validated(operation, input, this.store);
    const returnsOld = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
    return this.staged(async (staging) => {
      try {
        return await staging.run(operation, data);
      } catch (error) {
        throw returnsOld ? await this.withOldItem(error, data, staging) : error;
      }
    });
  }

  /** Runs `work` alone, then commits what it staged in one batch; when it throws, nothing is written. */
  staged<T>(work: (staging: Staging) => Promise<T>): Promise<T> {
    return this.alone(async () => {
      const staging = new Staging(this.store);
      const result = await work(staging);
      for (const hook of this.#beforeCommit) hook(staging);
      const operations = staging.operations();
      if (operations.length > 0) await this.store.db.batch(operations);
      return result;
    });
  }

  /** Runs `work` while no write is under way. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#writes.run(work);
  }

  /** A failed condition's error with the item that failed it, as ReturnValuesOnConditionCheckFailure asks. */
  async withOldItem(error: unknown, data: JsonObject, staging: Staging): Promise<unknown> {
    if (errorCode(error) !== 'ConditionalCheckFailedException' || !isWireError(error)) return error;
    const key = await itemKey(staging.store, data);
    const item = await staging.get(key);
    if (item !== undefined) error.body['Item'] = item;
    return error;
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.store.db.close();
  }
}

/** The full LevelDB key of the item that a validated PutItem, UpdateItem, DeleteItem or GetItem names. */
export async function itemKey(store: Store, data: JsonObject): Promise<string> {
  const name = String(data['TableName']);
  const table = await describe(store, name);
  return itemPrefix(name) + database.createKey((data['Key'] ?? data['Item']) as Item, table);
}
