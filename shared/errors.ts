/**
 * Every error the product throws on purpose, named for who must act.
 * Step Functions and the HTTP edge match on `name`: these names are a contract (test/errors.test.ts).
 */

interface ErrorDetails {
  /** The field, key or file that is wrong, as the caller wrote it (`legs[3].ltp`). */
  readonly field?: string;
  readonly cause?: unknown;
}

abstract class OiLoopError extends Error {
  readonly field: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.field = details.field;
  }
}

/** The caller sent something wrong and must change it before trying again (HTTP 400, 422). */
export class RejectedInput extends OiLoopError {
  override readonly name = 'RejectedInput';
}

/** Somebody else changed the same thing first; the caller reads again and retries (HTTP 409). */
export class Conflict extends OiLoopError {
  override readonly name = 'Conflict';
}

/** The thing asked for does not exist (HTTP 404). */
export class NotFound extends OiLoopError {
  override readonly name = 'NotFound';
}

/** A dependency is briefly unavailable or throttling; we retry (HTTP 503). */
export class Temporary extends OiLoopError {
  override readonly name: 'Temporary' | 'Throttled' = 'Temporary';
}

/** More came than can be taken now; the caller waits so many seconds and sends the same again (HTTP 429). */
export class Throttled extends Temporary {
  override readonly name = 'Throttled';
  /** Whole seconds, at least 1. */
  readonly retryAfterS: number;

  constructor(
    message: string,
    { retryAfterS = 1, ...details }: ErrorDetails & { retryAfterS?: number } = {},
  ) {
    super(message, details);
    this.retryAfterS = retryAfterS;
  }
}

/** Something that must never happen did; somebody on our side must look (HTTP 500). */
export class InvariantViolated extends OiLoopError {
  override readonly name = 'InvariantViolated';
}
