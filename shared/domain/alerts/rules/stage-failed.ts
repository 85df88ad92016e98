import { breached, type Check, clear } from '../check.ts';

/** How one run of a stage ended; `error` is null when it succeeded. */
export interface StageRun {
  readonly stage: string;
  readonly exchange: string;
  readonly error: { readonly name: string; readonly message: string } | null;
  /** Execution or request that can be looked up; null when there is none. */
  readonly execution: string | null;
}

/** A stage of the journey failed for good (its retries are used up). */
export function stageFailed({ stage, exchange, error, execution }: StageRun): Check {
  if (error === null) return clear(stage);
  return breached({
    rule: 'stage-failed',
    exchange,
    subject: stage,
    severity: 'critical',
    title: `${exchange}: stage ${stage} failed`,
    what: `Stage ${stage} of ${exchange} failed with ${error.name}: ${error.message}`,
    next: `${ADVICE[error.name] ?? 'Read the log of the failed run.'}${execution === null ? '' : ` Look up execution ${execution}.`} Run the stage again when the cause is gone; the other exchanges went on.`,
    numbers: { stage, error: error.name },
  });
}

const ADVICE: Readonly<Record<string, string>> = {
  RejectedInput: 'The input is wrong: correct what the message names.',
  Conflict: 'Somebody else changed the same thing first: read the present state, then decide again.',
  NotFound:
    'Something the stage needs does not exist: check that the stages before it have run for this date.',
  Temporary: 'A dependency was unavailable: check its state.',
  InvariantViolated: 'This is a fault of the program: keep the inputs and tell the developers.',
};
