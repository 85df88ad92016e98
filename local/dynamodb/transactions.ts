import type { LocalClock } from '../clock.ts';
import { type Action, database, type Item, type JsonObject, validated } from './dynalite.ts';
import { type Engine, itemKey } from './engine.ts';
import { DynamoDbError, errorCode, errorMessage, isWireError, validationError } from './error.ts';
import { RequestTokens } from './request-tokens.ts';
import { Staging } from './staging.ts';

const MAXIMUM_ACTIONS = 100;
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** The single operation whose rules each member of a TransactWriteItem follows. */
const RULES: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface PreparedAction {
  readonly kind: string;
  readonly data: JsonObject;
  readonly returnsOld: boolean;
}

/** Why an action of a transaction failed; `None` for one that did not. */
interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/** TransactWriteItems and TransactGetItems, serialised with all other writes. */
export class Transactions {
  readonly #engine: Engine;
  readonly #tokens: RequestTokens;

  constructor(engine: Engine, clock: LocalClock) {
    this.#engine = engine;
    this.#tokens = new RequestTokens(engine.store, clock);
  }

  /**
   * All of 1 to 100 actions or none, made durable in one batch together with the ClientRequestToken, which for
   * ten minutes makes a repetition of the same request succeed without doing anything.
   */
  async write(input: JsonObject): Promise<JsonObject> {
    const prepared = members(input).map((member) => this.#prepare(member));
    return this.#engine.staged(async (staging) => {
      if (await this.#tokens.isRepetition(input, staging)) return {};
      await requireDistinctItems(prepared, staging);
      const outcomes = await Promise.all(prepared.map((action) => this.#attempt(action, staging)));
      cancelIfAnyFailed(outcomes);
      requireSize(staging);
      await this.#tokens.remember(input, staging);
      return capacityOf(outcomes.map(({ output }) => output));
    });
  }

  /** Up to 100 items as they are at one moment between writes. */
  get(input: JsonObject): Promise<JsonObject> {
    const gets = members(input).map((member) => {
      const get = member['Get'];
      if (!isObject(get)) throw validationError('TransactItems: expected a Get in each, was none');
      return validated('GetItem', { ...get, ...capacityRequest(input) }, this.#engine.store);
    });
    return this.#engine.alone(async () => {
      const view = new Staging(this.#engine.store);
      const outputs = await Promise.all(gets.map((data) => view.run('GetItem', data)));
      const responses = outputs.map(({ Item: item }) => (item === undefined ? {} : { Item: item }));
      return { Responses: responses, ...capacityOf(outputs) };
    });
  }

  #prepare(member: JsonObject): PreparedAction {
    const kinds = Object.keys(member).filter((kind) => member[kind] !== null);
    const kind = kinds[0] ?? '';
    const rule = RULES[kind];
    const request = member[kind];
    if (rule === undefined || kinds.length !== 1 || !isObject(request)) {
      const expected = 'TransactItems can only contain one of Check, Put, Update or Delete';
      throw validationError(`${expected}, was ${kinds.join(', ') || 'none'}`);
    }
    if (kind === 'Update' && typeof request['UpdateExpression'] !== 'string') {
      throw validationError('TransactItems: expected an UpdateExpression in each Update, was none');
    }
    if (kind === 'ConditionCheck' && typeof request['ConditionExpression'] !== 'string') {
      throw validationError('TransactItems: expected a ConditionExpression in each ConditionCheck, was none');
    }
    return {
      kind,
      data: validated(rule, request, this.#engine.store),
      returnsOld: request['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD',
    };
  }

  async #attempt(
    action: PreparedAction,
    staging: Staging,
  ): Promise<{ reason: CancellationReason; output: JsonObject }> {
    const { kind, data } = action;
    try {
      const output =
        kind === 'ConditionCheck'
          ? await staging.perform(conditionCheck, data)
          : await staging.run(RULES[kind] as string, data);
      return { reason: { Code: 'None' }, output };
    } catch (thrown) {
      const error = action.returnsOld ? await this.#engine.withOldItem(thrown, data, staging) : thrown;
      return { reason: reasonOf(error), output: {} };
    }
  }
}

const conditionCheck: Action = (store, data, callback) => {
  store.getTable(String(data['TableName']), true, (missing, table) => {
    if (missing || table === undefined) return callback(missing);
    const key = data['Key'] as Item;
    const invalid = database.validateKey(key, table);
    if (invalid) return callback(invalid);
    store.getItemDb(table.TableName).get(database.createKey(key, table), (error, item) => {
      const failure = error ?? database.checkConditional(data, item as Item | undefined);
      callback(failure ?? null, {});
    });
  });
};

function members(input: JsonObject): JsonObject[] {
  const items = input['TransactItems'];
  if (
    !Array.isArray(items) ||
    items.length === 0 ||
    items.length > MAXIMUM_ACTIONS ||
    !items.every(isObject)
  ) {
    const was = Array.isArray(items) ? `${items.length} members` : typeof items;
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAXIMUM_ACTIONS} and greater than or equal to 1, was ${was}`,
    );
  }
  return items;
}

async function requireDistinctItems(prepared: readonly PreparedAction[], staging: Staging): Promise<void> {
  const seen = new Set<string>();
  for (const { data } of prepared) {
    const key = await itemKeyOrNothing(staging, data);
    if (key !== undefined && seen.has(key)) {
      throw validationError('Transaction request cannot include multiple operations on one item');
    }
    if (key !== undefined) seen.add(key);
  }
}

/** A key that does not fit the table is the action's own failure, reported with the others later. */
async function itemKeyOrNothing(staging: Staging, data: JsonObject): Promise<string | undefined> {
  try {
    return await itemKey(staging.store, data);
  } catch (error) {
    if (isWireError(error)) throw error;
    return undefined;
  }
}

function reasonOf(error: unknown): CancellationReason {
  const code = errorCode(error);
  if (!isWireError(error) || code === 'ResourceNotFoundException') throw error;
  const { Item: item } = error.body;
  return {
    Code: code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError',
    Message: errorMessage(error),
    ...(item === undefined ? {} : { Item: item }),
  };
}

function cancelIfAnyFailed(outcomes: readonly { readonly reason: CancellationReason }[]): void {
  const reasons = outcomes.map(({ reason }) => reason);
  if (reasons.every(({ Code }) => Code === 'None')) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new DynamoDbError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

function requireSize(staging: Staging): void {
  let bytes = 0;
  for (const { item } of staging.items()) bytes += database.itemSize(item);
  if (bytes <= MAXIMUM_BYTES) return;
  throw validationError(
    `Collection size of a transaction: expected at most ${MAXIMUM_BYTES} bytes, was ${bytes}`,
  );
}

function capacityRequest(input: JsonObject): JsonObject {
  const wanted = input['ReturnConsumedCapacity'];
  return wanted === undefined ? {} : { ReturnConsumedCapacity: wanted };
}

function capacityOf(outputs: readonly JsonObject[]): JsonObject {
  const capacities = outputs.map((output) => output['ConsumedCapacity']).filter(isObject);
  return capacities.length === 0 ? {} : { ConsumedCapacity: capacities };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
