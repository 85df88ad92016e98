import type { State } from '../definition/types.ts';
import type { Position, Transition } from '../interpreter/run.ts';
import { runChoice } from './choice.ts';
import { runFail } from './fail.ts';
import { runMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { runPass, runSucceed } from './pass.ts';
import { runTask } from './task.ts';
import { runWait } from './wait.ts';

/** Runs the state the frame is in, up to where it leads. */
export function runState(position: Position, state: State): Promise<Transition> {
  switch (state.Type) {
    case 'Task':
      return runTask(position, state);
    case 'Map':
      return runMap(position, state);
    case 'Parallel':
      return runParallel(position, state);
    case 'Choice':
      return runChoice(position, state);
    case 'Wait':
      return runWait(position, state);
    case 'Pass':
      return runPass(position, state);
    case 'Succeed':
      return runSucceed(position, state);
    case 'Fail':
      return runFail(position, state);
  }
}
