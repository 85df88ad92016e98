import type { MapState } from '../definition/types.ts';
import { runGuarded } from '../interpreter/guard.ts';
import {
  contextOf,
  evaluateField,
  type Position,
  recordEvent,
  saveFrame,
  type Transition,
} from '../interpreter/run.ts';
import { assertWithinLimit, errorOutputOf, StateFailure } from '../state-failure.ts';
import { type ChildOutcome, runChildren } from './children.ts';
import { numberField } from './number-field.ts';

/** Step Functions runs at most so many iterations of an inline Map at a time. */
const MOST_CONCURRENT = 40;

export function runMap(position: Position, state: MapState): Promise<Transition> {
  return runGuarded(position, state, () => iterate(position, state));
}

async function iterate(position: Position, state: MapState): Promise<unknown> {
  const items = await itemsOf(position, state);
  const { state: name } = position.frame;
  const tolerance = await toleranceOf(position, state, items.length);
  const wished = (await numberField(position, state.MaxConcurrency, 'MaxConcurrency')) ?? 0;
  const children = items.map((value, index) => ({
    block: state.ItemProcessor,
    item: { Index: index, Value: value },
    input: () => iterationInput(position, state, index, value),
  }));
  const outcomes = await runChildren(position, children, {
    concurrency: wished === 0 ? MOST_CONCURRENT : Math.min(wished, MOST_CONCURRENT),
    isTooMany: tolerance.isTooMany,
    onBegin: (index) => recordIteration(position, 'MapIterationStarted', index),
    onEnd: (index, outcome) => recordIteration(position, eventTypeOf(outcome), index),
  });
  if (outcomes instanceof StateFailure) throw tolerance.failureOf(outcomes);
  recordEvent(position, 'MapStateSucceeded', {});
  const results = outcomes.map((outcome) =>
    'failure' in outcome ? errorOutputOf(outcome.failure) : outcome.output,
  );
  assertWithinLimit(results, `the result of state "${name}"`);
  return results;
}

function eventTypeOf(outcome: ChildOutcome): string {
  return 'failure' in outcome ? 'MapIterationFailed' : 'MapIterationSucceeded';
}

function recordIteration(position: Position, type: string, index: number): void {
  const details = { name: position.frame.state, index };
  const { lastEventId } = position.frame;
  const field = `${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`;
  recordEvent(position, type, { [field]: details });
  if (type !== 'MapIterationStarted') position.frame.lastEventId = lastEventId;
}

/** The items, evaluated once and kept with the frame. */
async function itemsOf(position: Position, state: MapState): Promise<unknown[]> {
  const { frame } = position;
  if (frame.progress.items !== undefined) return frame.progress.items;
  const items = state.Items === undefined ? frame.input : await evaluateField(position, state.Items, 'Items');
  if (!Array.isArray(items)) {
    const was = items === null ? 'null' : typeof items;
    throw new StateFailure(
      'States.QueryEvaluationError',
      `Items of state "${frame.state}" must be an array, was ${was}`,
    );
  }
  frame.progress.items = items;
  recordEvent(position, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  saveFrame(position);
  return items;
}

async function iterationInput(
  position: Position,
  state: MapState,
  index: number,
  value: unknown,
): Promise<unknown> {
  if (state.ItemSelector === undefined) return value;
  const context = contextOf(position, { Index: index, Value: value });
  const input = await evaluateField(position, state.ItemSelector, 'ItemSelector', { context });
  assertWithinLimit(input, `the input of iteration ${index} of state "${position.frame.state}"`);
  return input;
}

interface Tolerance {
  readonly isTooMany: (failed: number) => boolean;
  readonly failureOf: (last: StateFailure) => StateFailure;
}

/** Without a tolerance the first failed iteration fails the Map with its own error. */
async function toleranceOf(position: Position, state: MapState, items: number): Promise<Tolerance> {
  const percentage = await numberField(
    position,
    state.ToleratedFailurePercentage,
    'ToleratedFailurePercentage',
  );
  const count = await numberField(position, state.ToleratedFailureCount, 'ToleratedFailureCount');
  if (percentage === undefined && count === undefined) {
    return { isTooMany: (failed) => failed > 0, failureOf: (last) => last };
  }
  const most = Math.min(count ?? Number.POSITIVE_INFINITY, ((percentage ?? 100) / 100) * items);
  return {
    isTooMany: (failed) => failed > most,
    failureOf: (last) =>
      new StateFailure(
        'States.ExceedToleratedFailureThreshold',
        `state "${position.frame.state}" tolerates ${most} failed iterations of ${items}; the last: ${last.message}`,
      ),
  };
}
