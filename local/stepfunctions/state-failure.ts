/** The 256 KiB that a state's input, output or variables may hold, in bytes of UTF-8 JSON. */
export const STATE_BYTES_LIMIT = 262_144;

/** How a state fails: `error` is what ErrorEquals matches, `causeText` what people read. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** What Catch and DescribeExecution show of a failure. */
export function errorOutputOf(failure: StateFailure): { Error: string; Cause: string } {
  return { Error: failure.error, Cause: failure.causeText };
}

/** Reads anything that was thrown as a state's failure: `error.name` becomes the error, `error.message` the cause. */
export function asTaskFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (thrown instanceof Error) return new StateFailure(thrown.name, thrown.message);
  return new StateFailure('States.TaskFailed', String(thrown));
}

/** Refuses a value whose JSON is beyond the limit with States.DataLimitExceeded; `what` names the value. */
export function assertWithinLimit(value: unknown, what: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes > STATE_BYTES_LIMIT) {
    throw new StateFailure(
      'States.DataLimitExceeded',
      `${what} must have at most ${STATE_BYTES_LIMIT} bytes, was ${bytes}`,
    );
  }
}
