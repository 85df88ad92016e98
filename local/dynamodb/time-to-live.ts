import type { LocalClock, ScheduledTask } from '../clock.ts';
import { describe, type Item, type JsonObject, type TableDescription, validated } from './dynalite.ts';
import type { Engine } from './engine.ts';
import { validationError } from './error.ts';
import { below, itemPrefix, type Staging } from './staging.ts';

const SETTING_PREFIX = 'ttl~';
const DUE_PREFIX = 'ttl-due~';
const SWEEP_SIZE = 500;
/** Expiry is looked at once a minute at most; AWS promises days. */
const SWEEP_INTERVAL_MS = 60_000;
const LATEST_S = 999_999_999_999;

interface DueEntry {
  readonly table: string;
  readonly itemKey: string;
}

/**
 * UpdateTimeToLive, DescribeTimeToLive and expiry by the clock. Every item written with a time to live gets an
 * entry by due time in the same batch; an entry whose item was changed meanwhile is dropped when it comes due.
 */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #clock: LocalClock;
  readonly #attributes = new Map<string, string>();
  #sweeping: Promise<void> = Promise.resolve();
  #isClosed = false;
  #sweep: { readonly atMs: number; readonly task: ScheduledTask } | undefined;

  private constructor(engine: Engine, clock: LocalClock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  static async open(engine: Engine, clock: LocalClock): Promise<TimeToLive> {
    const ttl = new TimeToLive(engine, clock);
    for await (const [key, attribute] of engine.store.db.iterator(below(SETTING_PREFIX))) {
      ttl.#attributes.set(key.slice(SETTING_PREFIX.length), String(attribute));
    }
    engine.onCommit((staging) => ttl.#noteDueItems(staging));
    await ttl.#armNext();
    return ttl;
  }

  async update(input: JsonObject): Promise<JsonObject> {
    const table = await describe(this.#engine.store, String(input['TableName']));
    const specification = (input['TimeToLiveSpecification'] ?? {}) as JsonObject;
    const { AttributeName: attribute, Enabled: enabled } = specification;
    if (typeof attribute !== 'string' || attribute === '' || typeof enabled !== 'boolean') {
      throw validationError('TimeToLiveSpecification: expected AttributeName and Enabled, was incomplete');
    }
    const current = this.#attributes.get(table.TableName);
    if (enabled === (current !== undefined)) {
      throw validationError(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
    }
    await this.set(table.TableName, enabled ? attribute : undefined);
    return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
  }

  async describe(input: JsonObject): Promise<JsonObject> {
    const table = await describe(this.#engine.store, String(input['TableName']));
    const attribute = this.#attributes.get(table.TableName);
    return {
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    };
  }

  /** Turns expiry by `attribute` on, or off with undefined; items already there are taken into account. */
  async set(table: string, attribute: string | undefined): Promise<void> {
    if (this.#attributes.get(table) === attribute) return;
    await this.#engine.staged(async (staging) => {
      if (attribute === undefined) staging.delete(SETTING_PREFIX + table);
      else staging.put(SETTING_PREFIX + table, attribute);
      for await (const [key, item] of this.#engine.store.db.iterator(below(itemPrefix(table)))) {
        this.#noteDue(staging, table, attribute, key, item as Item);
      }
    });
    if (attribute === undefined) this.#attributes.delete(table);
    else this.#attributes.set(table, attribute);
  }

  /** Stages that a table is gone; its due entries find no item later. */
  forget(staging: Staging, table: string): void {
    staging.delete(SETTING_PREFIX + table);
    this.#attributes.delete(table);
  }

  /** Lets a sweep that is under way end its round, then no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sweep?.task.cancel();
    this.#sweep = undefined;
    await this.#sweeping.catch(() => undefined);
  }

  #noteDueItems(staging: Staging): void {
    for (const { key, item } of [...staging.items()]) {
      const table = key.slice('item-'.length, key.indexOf('~'));
      this.#noteDue(staging, table, this.#attributes.get(table), key, item);
    }
  }

  #noteDue(staging: Staging, table: string, attribute: string | undefined, key: string, item: Item): void {
    const dueS = attribute === undefined ? undefined : dueSeconds(item, attribute);
    if (dueS === undefined) return;
    const itemKey = key.slice(itemPrefix(table).length);
    staging.put(`${dueKey(dueS)}~${table}~${itemKey}`, { table, itemKey } satisfies DueEntry);
    this.#arm(dueS * 1000);
  }

  #arm(dueMs: number): void {
    const atMs = Math.ceil(dueMs / SWEEP_INTERVAL_MS) * SWEEP_INTERVAL_MS;
    if (this.#isClosed || (this.#sweep !== undefined && this.#sweep.atMs <= atMs)) return;
    this.#sweep?.task.cancel();
    const task = this.#clock.schedule(atMs, () => {
      this.#sweeping = this.#run();
      return this.#sweeping;
    });
    this.#sweep = { atMs, task };
  }

  async #armNext(): Promise<void> {
    for await (const [key] of this.#engine.store.db.iterator({ ...below(DUE_PREFIX), limit: 1 })) {
      this.#arm(Number(key.slice(DUE_PREFIX.length, key.indexOf('~', DUE_PREFIX.length))) * 1000);
    }
  }

  async #run(): Promise<void> {
    this.#sweep = undefined;
    const nowS = Math.floor(this.#clock.nowMs() / 1000);
    const range = { gte: DUE_PREFIX, lt: dueKey(nowS + 1), limit: SWEEP_SIZE };
    let swept = 0;
    do {
      swept = await this.#engine.staged(async (staging) => {
        let count = 0;
        for await (const [key, entry] of this.#engine.store.db.iterator(range)) {
          count += 1;
          staging.delete(key);
          await this.#expire(staging, entry as DueEntry, nowS);
        }
        return count;
      });
    } while (swept === SWEEP_SIZE && !this.#isClosed);
    if (!this.#isClosed) await this.#armNext();
  }

  async #expire(staging: Staging, { table, itemKey }: DueEntry, nowS: number): Promise<void> {
    const attribute = this.#attributes.get(table);
    const item = (await staging.get(itemPrefix(table) + itemKey)) as Item | undefined;
    if (attribute === undefined || item === undefined) return;
    const dueS = dueSeconds(item, attribute);
    if (dueS === undefined || dueS > nowS) return;
    const description = await describe(staging.store, table);
    const input = { TableName: table, Key: keyOf(item, description) };
    await staging.run('DeleteItem', validated('DeleteItem', input, staging.store));
  }
}

/** Whole epoch seconds, or undefined when the item never expires. */
function dueSeconds(item: Item, attribute: string): number | undefined {
  const seconds = Number(item[attribute]?.['N'] ?? Number.NaN);
  return seconds > 0 && seconds <= LATEST_S ? Math.floor(seconds) : undefined;
}

function keyOf(item: Item, table: TableDescription): Item {
  return Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]));
}

function dueKey(seconds: number): string {
  return DUE_PREFIX + String(seconds).padStart(12, '0');
}
