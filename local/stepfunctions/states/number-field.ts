import { evaluateField, type Position } from '../interpreter/run.ts';
import { StateFailure } from '../state-failure.ts';

/** A field that is a number of at least 0 or an expression for one; undefined when the state lacks it. */
export async function numberField(
  position: Position,
  template: number | string | undefined,
  field: string,
): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const value = await evaluateField(position, template, field);
  if (typeof value === 'number' && value >= 0) return value;
  const was = JSON.stringify(value);
  throw new StateFailure(
    'States.QueryEvaluationError',
    `${field} of state "${position.frame.state}" must be a number of at least 0, was ${was}`,
  );
}
