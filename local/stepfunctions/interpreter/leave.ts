import type { Assignments, Template } from '../definition/types.ts';
import { assertWithinLimit } from '../state-failure.ts';
import { evaluateField, type Position, type Transition } from './run.ts';

interface Shape {
  readonly Assign?: Assignments;
  readonly Output?: Template;
}

/**
 * Evaluates the Assign and Output of a state, choice or catcher. Both see the variables as they were on entry.
 * Without Output, `fallback` is the output. `more` adds `result` or `errorOutput` to `$states`.
 */
export async function leave(
  position: Position,
  shape: Shape,
  next: string | null,
  fallback: unknown,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Transition> {
  const { state } = position.frame;
  const assign =
    shape.Assign === undefined ? {} : await evaluateField(position, shape.Assign, 'Assign', more);
  assertWithinLimit(assign, `the variables that state "${state}" assigns`);
  const output =
    shape.Output === undefined ? fallback : await evaluateField(position, shape.Output, 'Output', more);
  assertWithinLimit(output, `the output of state "${state}"`);
  return { next, output, assign: assign as Record<string, unknown> };
}
