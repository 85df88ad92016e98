import {
  type Action,
  type Area,
  actionOf,
  type BatchOperation,
  type Callback,
  type Item,
  type JsonObject,
  promised,
  type Store,
  type TableDescription,
} from './dynalite.ts';
import { inChunks, prefixed, ValueStream } from './value-stream.ts';

const READ_AHEAD_BYTES = 256 * 1024;

/**
 * A store that reads through to the real one and keeps every write to itself, so that an operation (items and
 * their index entries), or a whole transaction of them, becomes one LevelDB batch: all or nothing, also on kill -9.
 * Nothing else may write between the first read and the batch; `SerialQueue` sees to that. Query and Scan do not
 * see what is staged. What dynalite throws in a callback ends the operation, not the process.
 */
export class Staging {
  readonly store: Store;
  readonly #base: Store;
  readonly #changes = new Map<string, unknown>();
  readonly #tables = new Map<string, TableDescription>();
  readonly #failure = Promise.withResolvers<never>();

  constructor(base: Store) {
    this.#base = base;
    this.#failure.promise.catch(() => undefined);
    this.store = {
      ...base,
      tableDb: { ...base.tableDb, ...this.#area('table~') },
      getItemDb: (table) => this.#area(itemPrefix(table)),
      getIndexDb: (type, table, index) => this.#area(indexPrefix(type, table, index)),
      getTable: (...call) => this.#getTable(...call),
    };
  }

  /** Runs one of dynalite's operations on this store. */
  run(operation: string, data: JsonObject): Promise<JsonObject> {
    return this.perform(actionOf(operation), data);
  }

  perform(action: Action, data: JsonObject): Promise<JsonObject> {
    return Promise.race([promised(action, this.store, data), this.#failure.promise]);
  }

  get(key: string): Promise<unknown> {
    return this.#changes.has(key) ? Promise.resolve(this.#changes.get(key)) : this.#base.db.get(key);
  }

  put(key: string, value: unknown): void {
    this.#changes.set(key, value);
  }

  delete(key: string): void {
    this.#changes.set(key, undefined);
  }

  /** Items written so far, by full key. */
  *items(): Iterable<{ readonly key: string; readonly item: Item }> {
    for (const [key, value] of this.#changes) {
      if (key.startsWith('item-') && value !== undefined) yield { key, item: value as Item };
    }
  }

  operations(): BatchOperation[] {
    return [...this.#changes].map(([key, value]) =>
      value === undefined ? { type: 'del', key } : { type: 'put', key, value },
    );
  }

  /** As in dynalite, the callback may come second. A description does not change while a write is staged. */
  #getTable(...[name, check, last]: Parameters<Store['getTable']>): void {
    const callback = typeof check === 'function' ? (check as Callback<TableDescription>) : last;
    const known = this.#tables.get(name);
    if (known !== undefined) {
      Promise.resolve()
        .then(() => callback(null, known))
        .catch(this.#failure.reject);
      return;
    }
    this.#base.getTable(name, typeof check === 'function' || check, (error, table) => {
      if (table !== undefined) this.#tables.set(name, table);
      Promise.resolve()
        .then(() => callback(error, table))
        .catch(this.#failure.reject);
    });
  }

  #area(prefix: string): Area {
    const later = (callback: Callback<void>) => {
      Promise.resolve()
        .then(() => callback(null))
        .catch(this.#failure.reject);
    };
    return {
      lock: (_key, work) => work((callback) => callback),
      get: (key, callback) => {
        this.get(prefix + key)
          .then((value) => callback(null, value), callback)
          .catch(this.#failure.reject);
      },
      put: (key, value, callback) => {
        this.put(prefix + key, value);
        later(callback);
      },
      del: (key, callback) => {
        this.delete(prefix + key);
        later(callback);
      },
      createValueStream: (range = {}) => {
        const stream = new ValueStream();
        const options = { ...prefixed(range, prefix), highWaterMarkBytes: READ_AHEAD_BYTES };
        stream.pump(inChunks(this.#base.db.values(options))).catch(this.#failure.reject);
        return stream;
      },
    };
  }
}

export function itemPrefix(table: string): string {
  return `item-${table}~`;
}

export function indexPrefix(type: string, table: string, index: string): string {
  return `index-${type.toLowerCase()}~${table}~${index}~`;
}

/** All keys that begin with `prefix`. */
export function below(prefix: string): { readonly gte: string; readonly lt: string } {
  return { gte: prefix, lt: `${prefix}\uffff` };
}
