import type { FailState } from '../definition/types.ts';
import { evaluateField, type Position, type Transition } from '../interpreter/run.ts';
import { StateFailure } from '../state-failure.ts';

export async function runFail(position: Position, state: FailState): Promise<Transition> {
  const error = await evaluateField(position, state.Error ?? '', 'Error');
  const cause = await evaluateField(position, state.Cause ?? '', 'Cause');
  if (typeof error !== 'string' || typeof cause !== 'string') {
    throw new StateFailure(
      'States.QueryEvaluationError',
      `Error and Cause of state "${position.frame.state}" must be text, was ${typeof error} and ${typeof cause}`,
    );
  }
  throw new StateFailure(error, cause);
}
