import type { WaitState } from '../definition/types.ts';
import { leave } from '../interpreter/leave.ts';
import { evaluateField, type Position, saveFrame, type Transition } from '../interpreter/run.ts';
import { sleepUntil } from '../interpreter/timers.ts';
import { StateFailure } from '../state-failure.ts';
import { numberField } from './number-field.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export async function runWait(position: Position, state: WaitState): Promise<Transition> {
  const { run, frame, hold, signal } = position;
  const wakeMs = frame.progress.wakeMs ?? (await wakeTimeMs(position, state));
  frame.progress.wakeMs = wakeMs;
  saveFrame(position);
  await hold.idleWhile(sleepUntil(run.interpreter.clock, wakeMs, signal));
  return leave(position, state, state.Next ?? null, frame.input);
}

async function wakeTimeMs(position: Position, state: WaitState): Promise<number> {
  if (state.Timestamp === undefined) {
    const seconds = (await numberField(position, state.Seconds, 'Seconds')) ?? 0;
    return position.frame.enteredMs + seconds * 1_000;
  }
  const timestamp = await evaluateField(position, state.Timestamp, 'Timestamp');
  if (typeof timestamp === 'string' && TIMESTAMP.test(timestamp)) return Date.parse(timestamp);
  const was = JSON.stringify(timestamp);
  throw new StateFailure(
    'States.QueryEvaluationError',
    `Timestamp of state "${position.frame.state}" must be an RFC 3339 instant, was ${was}`,
  );
}
