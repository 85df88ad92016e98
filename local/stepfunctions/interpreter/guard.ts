import type { GuardedState } from '../definition/types.ts';
import { randomStream } from '../expression/random.ts';
import { errorOutputOf, StateFailure } from '../state-failure.ts';
import { leave } from './leave.ts';
import { matchesError, planRetry } from './retry.ts';
import { type Position, recordEvent, saveFrame, type Transition } from './run.ts';
import { sleepUntil } from './timers.ts';

/** Runs the work of a Task, Map or Parallel under its Retry and Catch; the work resolves with `$states.result`. */
export async function runGuarded(
  position: Position,
  state: GuardedState,
  work: () => Promise<unknown>,
): Promise<Transition> {
  for (;;) {
    await untilRetryIsDue(position);
    try {
      const result = await work();
      return await leave(position, state, state.Next ?? null, result, { result });
    } catch (thrown) {
      position.signal.throwIfAborted();
      if (!(thrown instanceof StateFailure)) throw thrown;
      if (!takeRetry(position, state, thrown)) return await catchFailure(position, state, thrown);
    }
  }
}

async function untilRetryIsDue({ frame, run, hold, signal }: Position): Promise<void> {
  const { wakeMs } = frame.progress;
  if (wakeMs === undefined) return;
  await hold.idleWhile(sleepUntil(run.interpreter.clock, wakeMs, signal));
  delete frame.progress.wakeMs;
}

/** Sets the frame up for its next attempt; false when no retrier takes the failure. */
function takeRetry(position: Position, state: GuardedState, failure: StateFailure): boolean {
  const { run, frame } = position;
  const { clock, seed, store } = run.interpreter;
  const { attempt, retries, token } = frame.progress;
  const random = randomStream(
    [seed, run.execution.arn, frame.path, frame.visit, attempt, 'jitter'].join('|'),
  );
  const plan = planRetry(state.Retry ?? [], failure.error, retries, random);
  if (plan === null) return false;
  const taken = [...retries];
  for (let i = taken.length; i <= plan.index; i += 1) taken.push(0);
  taken[plan.index]! += 1;
  frame.progress = { attempt: attempt + 1, retries: taken, wakeMs: clock.nowMs() + plan.delayMs };
  store.transaction(() => {
    if (token !== undefined) store.tokens.close(token);
    store.frames.deleteBelow(run.execution.arn, frame.path);
    saveFrame(position);
  });
  return true;
}

async function catchFailure(
  position: Position,
  state: GuardedState,
  failure: StateFailure,
): Promise<Transition> {
  const catcher = state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, failure.error));
  if (catcher === undefined) throw failure;
  const errorOutput = errorOutputOf(failure);
  if (state.Type !== 'Task') recordEvent(position, `${state.Type}StateFailed`, {});
  return leave(position, catcher, catcher.Next, errorOutput, { errorOutput });
}
