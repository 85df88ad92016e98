import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvariantViolated } from '../../shared/errors.ts';
import type { FitRequest } from '../../shared/ports/model-family.ts';
import { type Evaluated, largest, minimise, type Problem } from './minimise.ts';

const MOST_STEPS = 500;
/** Rounding may stop the last step short of the tolerance; this many times it is not converged. */
const LOOSE = 100;

export interface Optimum {
  readonly point: Float64Array;
  /** The largest component of the gradient there. */
  readonly gradient: number;
  /** At least 1. */
  readonly steps: number;
}

/**
 * Where the problem's value is least.
 *
 * @throws InvariantViolated when it is not reached; the signal's reason
 */
export async function optimum(
  problem: Problem,
  { onRound, signal }: Pick<FitRequest, 'onRound' | 'signal'>,
): Promise<Optimum> {
  let reached: Evaluated = problem.evaluate(problem.start);
  let steps = 0;
  for (const next of minimise(problem)) {
    reached = next;
    steps += 1;
    onRound?.(steps);
    // A step is long enough to be asked between two of them whether it is still wanted.
    await nextTurn();
    signal?.throwIfAborted();
    if (steps === MOST_STEPS) break;
  }
  const gradient = largest(reached.gradient);
  if (!(gradient <= LOOSE * problem.tolerance)) {
    throw new InvariantViolated(
      `linear: expected a gradient of at most ${problem.tolerance} within ${MOST_STEPS} steps, was ${gradient}`,
    );
  }
  return { point: reached.point, gradient, steps: Math.max(1, steps) };
}
