import type { ChoiceState } from '../definition/types.ts';
import { leave } from '../interpreter/leave.ts';
import { evaluateField, type Position, type Transition } from '../interpreter/run.ts';
import { StateFailure } from '../state-failure.ts';

/** Takes the first choice whose Condition holds, with that choice's own Assign and Output; else Default. */
export async function runChoice(position: Position, state: ChoiceState): Promise<Transition> {
  const { input, state: name } = position.frame;
  for (const [index, choice] of state.Choices.entries()) {
    const field = `Choices/${index}/Condition`;
    const holds = await evaluateField(position, choice.Condition, field);
    if (typeof holds !== 'boolean') {
      const was = JSON.stringify(holds);
      throw new StateFailure(
        'States.QueryEvaluationError',
        `${field} of state "${name}" must be a boolean, was ${was}`,
      );
    }
    if (holds) return leave(position, choice, choice.Next, input);
  }
  if (state.Default !== undefined) return leave(position, state, state.Default, input);
  throw new StateFailure('States.NoChoiceMatched', `state "${name}" has no choice that holds and no Default`);
}
