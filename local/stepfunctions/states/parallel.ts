import type { ParallelState } from '../definition/types.ts';
import { runGuarded } from '../interpreter/guard.ts';
import { evaluateField, type Position, recordEvent, saveFrame, type Transition } from '../interpreter/run.ts';
import { assertWithinLimit, StateFailure } from '../state-failure.ts';
import { runChildren } from './children.ts';

export function runParallel(position: Position, state: ParallelState): Promise<Transition> {
  return runGuarded(position, state, () => branchOut(position, state));
}

/** Runs all branches with the same input; the result is the list of their outputs. */
async function branchOut(position: Position, state: ParallelState): Promise<unknown> {
  const { input, state: name } = position.frame;
  const branchInput =
    state.Arguments === undefined ? input : await evaluateField(position, state.Arguments, 'Arguments');
  assertWithinLimit(branchInput, `the input of the branches of state "${name}"`);
  if (position.frame.progress.begun !== true) {
    position.frame.progress.begun = true;
    recordEvent(position, 'ParallelStateStarted', {});
    saveFrame(position);
  }
  const children = state.Branches.map((block) => ({ block, input: async () => branchInput }));
  const outcomes = await runChildren(position, children, {
    concurrency: children.length,
    isTooMany: (failed) => failed > 0,
  });
  if (outcomes instanceof StateFailure) throw outcomes;
  recordEvent(position, 'ParallelStateSucceeded', {});
  const results = outcomes.map((outcome) => ('output' in outcome ? outcome.output : null));
  assertWithinLimit(results, `the result of state "${name}"`);
  return results;
}
