import type { JsonObject } from './aws-json.ts';
import { objectList } from './input.ts';
import { ServiceError } from './service-error.ts';

const MAXIMUM_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

export interface BatchEntry {
  readonly id: string;
  readonly input: JsonObject;
}

export interface BatchOutput {
  readonly Successful: readonly JsonObject[];
  readonly Failed: readonly JsonObject[];
}

/** The entries of a batch request; throws what SQS answers when the batch as a whole is wrong. */
export function batchEntries(input: JsonObject): readonly BatchEntry[] {
  const entries = objectList(input, 'Entries').map((entry) => ({
    id: String(entry['Id'] ?? ''),
    input: entry,
  }));
  if (entries.length === 0) {
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAXIMUM_ENTRIES) {
    const reason = `Maximum number of entries per request are ${MAXIMUM_ENTRIES}`;
    throw new ServiceError('TooManyEntriesInBatchRequest', `${reason}, was ${entries.length}.`);
  }
  const malformed = entries.find(({ id }) => !ENTRY_ID.test(id));
  if (malformed !== undefined) {
    const reason = 'expected a batch entry id of 1 to 80 letters, digits, hyphens and underscores';
    throw new ServiceError('InvalidBatchEntryId', `${reason}, was ${JSON.stringify(malformed.id)}.`);
  }
  const repeated = entries.find(({ id }, index) => entries.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) {
    throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${repeated.id} repeated.`);
  }
  return entries;
}

/**
 * Prepares each entry by itself, carries out those that could be prepared in one go, and reports both kinds.
 * `carryOut` returns one output or one ServiceError per prepared entry, in order.
 */
export function answerBatch<Prepared>(
  entries: readonly BatchEntry[],
  prepare: (input: JsonObject) => Prepared,
  carryOut: (prepared: readonly Prepared[]) => readonly (JsonObject | ServiceError)[],
): BatchOutput {
  const attempts = entries.map(({ id, input }) => ({ id, prepared: attempt(() => prepare(input)) }));
  const sound = attempts.filter(({ prepared }) => !(prepared instanceof ServiceError));
  const outputs = sound.length === 0 ? [] : carryOut(sound.map(({ prepared }) => prepared as Prepared));
  const results = [
    ...sound.map(({ id }, index) => ({ id, result: outputs[index] as JsonObject | ServiceError })),
    ...attempts.flatMap(({ id, prepared }) =>
      prepared instanceof ServiceError ? [{ id, result: prepared }] : [],
    ),
  ];
  return {
    Successful: results.flatMap(({ id, result }) =>
      result instanceof ServiceError ? [] : [{ Id: id, ...result }],
    ),
    Failed: results.flatMap(({ id, result }) =>
      result instanceof ServiceError
        ? [{ Id: id, Code: result.code, Message: result.message, SenderFault: true }]
        : [],
    ),
  };
}

function attempt<T>(work: () => T): T | ServiceError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}
