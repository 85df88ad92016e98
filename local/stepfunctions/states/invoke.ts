import type { TaskState } from '../definition/types.ts';
import type { Position, TaskContext } from '../interpreter/run.ts';
import { asTaskFailure } from '../state-failure.ts';

/** One attempt of a Task. */
export interface Attempt {
  readonly position: Position;
  readonly state: TaskState;
  readonly taskArguments: unknown;
  readonly context: TaskContext;
}

/** Calls the task; the clock stays busy until it has settled, even when its attempt is given up before. */
export async function invoke({ position, state, taskArguments, context }: Attempt): Promise<unknown> {
  const { clock, invokeTask } = position.run.interpreter;
  try {
    return await clock.track(invokeTask(state.Resource, taskArguments, context));
  } catch (thrown) {
    throw asTaskFailure(thrown);
  }
}
