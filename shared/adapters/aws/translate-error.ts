import { Conflict, NotFound, Temporary } from '../../errors.ts';

const TEMPORARY = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'TimeoutError',
  'NetworkingError',
  'TransactionInProgressException',
  'OverLimit',
]);
const CONFLICT = new Set([
  'ConditionalCheckFailedException',
  'PreconditionFailed',
  'TransactionConflictException',
]);
const NOT_FOUND = new Set(['NoSuchKey', 'NotFound', 'ResourceNotFoundException', 'ParameterNotFound']);

/**
 * An SDK error as the error of ours that says who must act; whatever it is not sure about stays as it was.
 * `doing` names the operation and its object: "get object raw/x.parquet".
 */
export function translateError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error)) return error;
  const details = { cause: error };
  if (CONFLICT.has(error.name)) return new Conflict(`${doing}: somebody changed it first`, details);
  if (NOT_FOUND.has(error.name)) return new NotFound(`${doing}: not found`, details);
  if (error.name === 'TransactionCanceledException') return cancelled(error, doing);
  const code = (error as { code?: unknown }).code;
  const refused = code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ETIMEDOUT';
  if (TEMPORARY.has(error.name) || refused) {
    return new Temporary(`${doing}: the service is busy or out of reach`, details);
  }
  return error;
}

function cancelled(error: Error, doing: string): unknown {
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  const codes = reasons.map((reason) => reason.Code);
  if (codes.includes('ConditionalCheckFailed')) {
    return new Conflict(`${doing}: somebody changed it first`, { cause: error });
  }
  if (codes.includes('TransactionConflict') || codes.includes('ThrottlingError')) {
    return new Temporary(`${doing}: another transaction is under way`, { cause: error });
  }
  return error;
}

/** Runs an SDK call and throws its error translated. */
export async function translated<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateError(error, doing);
  }
}
