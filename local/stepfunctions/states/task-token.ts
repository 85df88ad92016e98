import { randomUUID } from 'node:crypto';
import { type Position, saveFrame } from '../interpreter/run.ts';
import { abortable } from '../interpreter/timers.ts';
import { StateFailure } from '../state-failure.ts';
import type { TokenOutcome } from '../store/tokens.ts';
import { type Attempt, invoke } from './invoke.ts';
import { numberField } from './number-field.ts';

/** Gives the attempt its token, the same one again after a restart. */
export function openToken(position: Position): void {
  const { run, frame } = position;
  const { store } = run.interpreter;
  frame.progress.token ??= Buffer.from(randomUUID()).toString('base64url');
  const { token } = frame.progress;
  store.transaction(() => {
    store.tokens.open(token, run.execution.arn);
    saveFrame(position);
  });
}

/** Invokes the task, unless that was done before a restart, and waits idly for its token to be answered. */
export async function awaitToken(attempt: Attempt): Promise<unknown> {
  const { position } = attempt;
  const { run, frame, hold, signal } = position;
  const token = frame.progress.token!;
  const answer = abortable(run.interpreter.untilAnswered(token), signal);
  answer.catch(() => {});
  if (frame.progress.invoked !== true) {
    const early = await Promise.race([answer, invoke(attempt).then(() => null)]);
    if (early !== null) return unpack(early);
    frame.progress.invoked = true;
    saveFrame(position);
  }
  const watched = await watchHeartbeat(attempt, answer);
  return unpack(await hold.idleWhile(watched.answer));
}

function unpack(outcome: TokenOutcome): unknown {
  if ('error' in outcome) throw new StateFailure(outcome.error, outcome.cause);
  return outcome.output;
}

/** Wrapped, because a promise returned as such would be awaited. */
interface Watched {
  readonly answer: Promise<TokenOutcome>;
}

/** Rejects the answer with States.HeartbeatTimeout when the worker is silent for HeartbeatSeconds. */
async function watchHeartbeat({ position, state }: Attempt, answer: Promise<TokenOutcome>): Promise<Watched> {
  const heartbeatS = await numberField(position, state.HeartbeatSeconds, 'HeartbeatSeconds');
  if (heartbeatS === undefined) return { answer };
  const { store, clock } = position.run.interpreter;
  const token = position.frame.progress.token!;
  const silent = Promise.withResolvers<never>();
  const dueMs = () => Math.max(store.tokens.heartbeatMs(token) ?? 0, startedMs) + heartbeatS * 1_000;
  const startedMs = clock.nowMs();
  const check = () => {
    if (position.signal.aborted) return;
    if (clock.nowMs() < dueMs()) scheduled = clock.schedule(dueMs(), check);
    else {
      const cause = `state "${position.frame.state}" had no heartbeat for ${heartbeatS} s`;
      silent.reject(new StateFailure('States.HeartbeatTimeout', cause));
    }
  };
  let scheduled = clock.schedule(dueMs(), check);
  return { answer: Promise.race([answer, silent.promise]).finally(() => scheduled.cancel()) };
}
