import type { PassState, SucceedState } from '../definition/types.ts';
import { leave } from '../interpreter/leave.ts';
import type { Position, Transition } from '../interpreter/run.ts';

export function runPass(position: Position, state: PassState): Promise<Transition> {
  return leave(position, state, state.Next ?? null, position.frame.input);
}

export function runSucceed(position: Position, state: SucceedState): Promise<Transition> {
  return leave(position, state, null, position.frame.input);
}
