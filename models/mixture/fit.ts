import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import type {
  FitRequest,
  FittedModel,
  LabelledMatrix,
  ModelFamily,
} from '../../shared/ports/model-family.ts';
import { FittedMixture } from './fitted-mixture.ts';

/** Rows of a state that an own model takes, counted by the chance of the state: about a session and a third. */
export const FEWEST_OF_STATE = 500;
/** Rows of each class among them. */
export const FEWEST_OF_CLASS = 10;
/** Validation rows of a state that may stop its model; with fewer all validation rows do. */
const FEWEST_STOPPING = 50;
/** Rows that hardly belong to a state would count as observations in its leaves. */
const LEAST_CHANCE = 0.05;

/**
 * Fits one model per regime state, each on the rows of its state: a row weighs what it did, times the chance of the
 * state. A state of too few rows, or without some rows of every class that the others see, shares one model that is
 * fitted on all rows. The answers are mixed by the chances at each row, so that nothing jumps where the likeliest state
 * changes. Where no state has enough of its own this is the family's plain fit.
 *
 * @param states - of the regime: its chances are the last columns of the request's rows
 * @throws whatever the family's fit throws
 * @example fitPerRegime(linearFamily(), request, 4)
 */
export async function fitPerRegime(
  family: ModelFamily,
  request: FitRequest,
  states: number,
): Promise<FittedModel> {
  const all = Array.from({ length: states }, (_, state) => state);
  const owners = states > 1 ? all.filter((state) => hasEnough(request.training, state, states)) : [];
  if (owners.length === 0) return family.fit(request);
  const fitted: FittedModel[] = [];
  for (const state of owners) fitted.push(await family.fit(requestOf(request, state, states)));
  const shared = owners.length;
  if (owners.length < states) fitted.push(await family.fit(request));
  const memberOfState = all.map((state) => (owners.includes(state) ? owners.indexOf(state) : shared));
  return new FittedMixture(fitted, memberOfState);
}

/** Rows of the state, and of each class that all rows together know, counted by the chance of the state. */
function hasEnough({ values, columns, labels, weights }: LabelledMatrix, state: number, states: number) {
  const place = columns - states + state;
  const rows = new Float64Array(CLASS_COUNT);
  const known = new Set<number>();
  labels.forEach((label, row) => {
    if (!((weights[row] as number) > 0)) return;
    known.add(label);
    rows[label]! += values[row * columns + place] as number;
  });
  const total = rows.reduce((sum, count) => sum + count, 0);
  return total >= FEWEST_OF_STATE && [...known].every((label) => (rows[label] as number) >= FEWEST_OF_CLASS);
}

function requestOf(request: FitRequest, state: number, states: number): FitRequest {
  const { training, validation } = request;
  const stopping = validation === null ? null : ofState(validation, state, states);
  return {
    ...request,
    training: ofState(training, state, states),
    validation: stopping !== null && stopping.rows < FEWEST_STOPPING ? validation : stopping,
  };
}

/** The rows that may belong to a state, weighed by the chance that they do. */
function ofState(matrix: LabelledMatrix, state: number, states: number): LabelledMatrix {
  const { values, columns, labels, weights, sessions } = matrix;
  const place = columns - states + state;
  const chance = (row: number) => values[row * columns + place] as number;
  const rows = Int32Array.from(labels.keys()).filter((row) => chance(row) >= LEAST_CHANCE);
  const own = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    own.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return {
    ...{ values: own, rows: rows.length, columns },
    labels: rows.map((row) => labels[row] as number),
    weights: Float64Array.from(rows, (row) => (weights[row] as number) * chance(row)),
    sessions: rows.map((row) => sessions[row] as number),
  };
}
