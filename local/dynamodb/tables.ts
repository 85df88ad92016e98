import type { LocalClock } from '../clock.ts';
import { describe, type JsonObject, run, type TableDescription, validated } from './dynalite.ts';
import type { Engine } from './engine.ts';
import { errorCode } from './error.ts';
import { indexPrefix, itemPrefix } from './staging.ts';
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

/** What a table is for a program: its keys and indexes; capacity is not kept. */
const SHAPE = [
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
] as const;

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
   * Makes the table, or finds it there as it should be; ACTIVE when this resolves.
   * @throws Error when a table of that name has other keys or indexes
   */
  async ensure(definition: TableDefinition): Promise<TableDescription> {
    const wanted = asCreateTable(definition);
    const existing = await this.#find(definition.name);
    if (existing !== undefined) requireSameShape(existing, wanted);
    else await this.create(wanted);
    const { TimeToLiveSpecification: specification } = definition;
    await this.#ttl.set(definition.name, specification?.Enabled ? specification.AttributeName : undefined);
    return describe(this.#engine.store, definition.name);
  }

  /** The wire's CreateTable; the table is ACTIVE at once. */
  create(input: JsonObject): Promise<JsonObject> {
    const data = validated('CreateTable', input, this.#engine.store);
    return this.#engine.staged(async (staging) => {
      const output = await run('CreateTable', staging.store, data);
      const table = output['TableDescription'] as TableDescription;
      table.CreationDateTime = this.#clock.nowMs() / 1000;
      table.TableStatus = 'ACTIVE';
      for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
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
      for (const prefix of prefixes) {
        const range = { gte: prefix, lt: `${prefix}\uffff` };
        for await (const [key] of this.#engine.store.db.iterator(range)) staging.delete(key);
      }
      staging.delete(`table~${name}`);
      this.#ttl.forget(staging, name);
      return { TableDescription: { ...table, TableStatus: 'DELETING' } };
    });
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

function requireSameShape(existing: TableDescription, wanted: JsonObject): void {
  for (const property of SHAPE) {
    const was = shapeOf(existing[property]);
    const expected = shapeOf(wanted[property]);
    if (was === expected) continue;
    throw new Error(
      `table ${existing.TableName}, ${property}: expected ${expected}, was ${was}; reset the local cloud to change it`,
    );
  }
}

/** Canonical text of keys, definitions or indexes: status and capacity left out, order of lists and members too. */
function shapeOf(value: unknown): string {
  return JSON.stringify(canonical(value ?? []));
}

const STATUS_PROPERTIES = /^(Index(Status|Arn|SizeBytes)|ItemCount|ProvisionedThroughput|.*Throughput)$/;

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => !STATUS_PROPERTIES.test(name));
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, v]) => [name, canonical(v)]),
  );
}
