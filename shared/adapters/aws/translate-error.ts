import { Conflict, NotFound, Temporary } from '../../errors.ts';

const TEMPORARY = new Set([
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
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
  // S3, while another conditional write of the same key is under way.
  'ConditionalRequestConflict',
]);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']);
/** Reasons of a cancelled transaction that pass: nothing was written, and the same may be tried again. */
const PASSING_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const CONFLICT = new Set([
  'ConditionalCheckFailedException',
  'PreconditionFailed',
  'TransactionConflictException',
  'ParameterAlreadyExists',
]);
const NOT_FOUND = new Set([
  'NoSuchKey',
  'NotFound',
  'NotFoundException',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
  'ParameterNotFound',
]);

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
  if (TEMPORARY.has(error.name) || isTemporary(error)) {
    return new Temporary(`${doing}: the service is busy or out of reach`, details);
  }
  return error;
}

function isTemporary(error: Error): boolean {
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return UNREACHABLE.has(code ?? '') || status === 429 || status >= 500;
}

function cancelled(error: Error, doing: string): unknown {
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  const codes = reasons.map((reason) => reason.Code);
  if (codes.includes('ConditionalCheckFailed')) {
    return new Conflict(`${doing}: somebody changed it first`, { cause: error });
  }
  if (codes.some((code) => PASSING_REASONS.has(code ?? ''))) {
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
