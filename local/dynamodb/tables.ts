import type { LocalClock } from '../clock.ts';
import {
  database,
  describe,
  type Item,
  type JsonObject,
  type TableDescription,
  type TableIndex,
  validated,
} from './dynalite.ts';
import type { Engine } from './engine.ts';
import { errorCode, validationError } from './error.ts';
import { attributeType, fixedShape, indexChanges, type Shape } from './shape.ts';
import { below, indexPrefix, itemPrefix, type Staging } from './staging.ts';
import type { TimeToLive } from './time-to-live.ts';

/** A table as CloudFormation describes it (`AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable`). */
export interface TableDefinition {
  readonly name: string;
  readonly KeySchema: readonly unknown[];
  readonly AttributeDefinitions: readonly unknown[];
  readonly GlobalSecondaryIndexes?: readonly JsonObject[];
  readonly LocalSecondaryIndexes?: readonly JsonObject[];
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean };
}

const INDEX_PROPERTIES = new Set(['IndexName', 'KeySchema', 'Projection']);

/** CreateTable, DeleteTable and tables from templates. */
export class Tables {
  readonly #engine: Engine;
  readonly #clock: LocalClock;
  readonly #ttl: TimeToLive;

  constructor(engine: Engine, clock: LocalClock, ttl: TimeToLive) {
    this.#engine = engine;
    this.#clock = clock;
    this.#ttl = ttl;
  }

  /**
   * Makes the table, or brings the global indexes of the one that is there up to date; ACTIVE when this resolves.
   * @throws Error when a table of that name has other keys or local indexes
   */
  async ensure(definition: TableDefinition): Promise<TableDescription> {
    const wanted = asCreateTable(definition);
    const existing = await this.#find(definition.name);
    if (existing === undefined) await this.create(wanted);
    else await this.#changeIndexes(existing, wanted);
    const { TimeToLiveSpecification: specification } = definition;
    await this.#ttl.set(definition.name, specification?.Enabled ? specification.AttributeName : undefined);
    return describe(this.#engine.store, definition.name);
  }

  /** The wire's CreateTable; the table is ACTIVE at once. */
  async create(input: JsonObject): Promise<JsonObject> {
    const stream = input['StreamSpecification'] as JsonObject | undefined;
    if (stream?.['StreamEnabled'] === true) {
      throw validationError('StreamSpecification: expected none, streams are not supported locally');
    }
    const data = validated('CreateTable', input, this.#engine.store);
    return this.#engine.staged(async (staging) => {
      const output = await staging.run('CreateTable', data);
      const table = output['TableDescription'] as TableDescription;
      table.CreationDateTime = this.#clock.nowMs() / 1000;
      setActive(table);
      return output;
    });
  }

  /** Removes the table with its items and indexes in one batch. */
  delete(input: JsonObject): Promise<JsonObject> {
    const data = validated('DeleteTable', input, this.#engine.store);
    const name = String(data['TableName']);
    return this.#engine.staged(async (staging) => {
      const table = await describe(staging.store, name);
      const indexes = (type: 'global' | 'local', list: TableDescription['GlobalSecondaryIndexes'] = []) =>
        list.map((index) => indexPrefix(type, name, index.IndexName));
      const prefixes = [
        itemPrefix(name),
        ...indexes('global', table.GlobalSecondaryIndexes),
        ...indexes('local', table.LocalSecondaryIndexes),
        `tag-${table.TableArn}~`,
      ];
      for (const prefix of prefixes) await this.#deleteBelow(staging, prefix);
      staging.delete(`table~${name}`);
      this.#ttl.forget(staging, name);
      return { TableDescription: { ...table, TableStatus: 'DELETING' } };
    });
  }

  /** Rewrites the description, empties indexes that are gone and fills new ones, all in one batch. */
  async #changeIndexes(existing: TableDescription, wanted: JsonObject): Promise<void> {
    requireSameKeys(existing, wanted as unknown as Shape);
    const { removed, added } = indexChanges(existing, wanted as unknown as Shape);
    if (removed.length === 0 && added.length === 0) return;
    const name = existing.TableName;
    const data = validated('CreateTable', wanted, this.#engine.store);
    await this.#engine.staged(async (staging) => {
      staging.delete(`table~${name}`);
      const output = await staging.run('CreateTable', data);
      const table = output['TableDescription'] as TableDescription;
      setActive(table);
      table.TableId = existing.TableId;
      table.CreationDateTime = existing.CreationDateTime;
      for (const index of removed)
        await this.#deleteBelow(staging, indexPrefix('global', name, index.IndexName));
      for (const index of added) await this.#fill(staging, index, table);
    });
  }

  async #fill(staging: Staging, index: TableIndex, table: TableDescription): Promise<void> {
    const prefix = indexPrefix('global', table.TableName, index.IndexName);
    for await (const [, value] of this.#engine.store.db.iterator(below(itemPrefix(table.TableName)))) {
      const item = value as Item;
      if (!fits(item, index, table)) continue;
      const { puts } = database.getIndexActions([index], undefined, item, table);
      for (const { key, item: entry } of puts) staging.put(prefix + key, entry);
    }
  }

  async #deleteBelow(staging: Staging, prefix: string): Promise<void> {
    for await (const [key] of this.#engine.store.db.iterator(below(prefix))) staging.delete(key);
  }

  async #find(name: string): Promise<TableDescription | undefined> {
    try {
      return await describe(this.#engine.store, name);
    } catch (error) {
      if (errorCode(error) === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}

function asCreateTable(definition: TableDefinition): JsonObject {
  const withoutCapacity = (indexes: readonly JsonObject[] | undefined) =>
    indexes?.map((index) =>
      Object.fromEntries(Object.entries(index).filter(([name]) => INDEX_PROPERTIES.has(name))),
    );
  return {
    TableName: definition.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: definition.KeySchema,
    AttributeDefinitions: definition.AttributeDefinitions,
    GlobalSecondaryIndexes: withoutCapacity(definition.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: withoutCapacity(definition.LocalSecondaryIndexes),
  };
}

function requireSameKeys(existing: TableDescription, wanted: Shape): void {
  const was = fixedShape(existing);
  const expected = fixedShape(wanted);
  if (was === expected) return;
  const what = `table ${existing.TableName}, keys and local indexes`;
  throw new Error(`${what}: expected ${expected}, was ${was}; reset the local cloud to change them`);
}

/** What an index needs of an item's attributes is there, and of the type it wants. */
function fits(item: Item, index: TableIndex, table: TableDescription): boolean {
  return index.KeySchema.every(
    ({ AttributeName: name }) => item[name]?.[attributeType(name, table)] !== undefined,
  );
}

function setActive(table: TableDescription): void {
  table.TableStatus = 'ACTIVE';
  for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
}
