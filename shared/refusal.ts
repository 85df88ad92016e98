import { Conflict, NotFound, RejectedInput } from './errors.ts';

/** Whether the caller alone must act: the reason says it all, and where in the code it was found helps nobody. */
export function isRefusal(error: unknown): error is RejectedInput | Conflict | NotFound {
  return error instanceof RejectedInput || error instanceof Conflict || error instanceof NotFound;
}
