import { HOLD } from '../../shared/domain/training/classes.ts';
import { directionBalance } from '../../shared/domain/training/direction-balance.ts';
import { recencyWeights } from '../../shared/domain/training/recency-weights.ts';
import { fitSelector, type Selector } from '../../shared/domain/training/selector.ts';
import type { FittedModel, LabelledMatrix, Matrix, ModelFamily } from '../../shared/ports/model-family.ts';
import type { CandidateOptions } from '../../shared/ports/model-trainer.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';
import { fitPerRegime } from '../mixture/fit.ts';
import { type Observations, type ObservedRows, withLabel } from './observations.ts';
import { fitRegime, regimeChances } from './regime.ts';

/** Everything that one fit learns, from its training rows alone. */
export interface Fitted {
  readonly selector: Selector;
  readonly hmm: GaussianHmm;
  /** [rows x states] over all rows of the data. */
  readonly chances: Float32Array;
  readonly model: FittedModel;
}

export interface ProcedureRequest {
  readonly family: ModelFamily;
  readonly options: CandidateOptions;
  readonly seed: number;
  /** Rows to learn from, with and without label, ascending. */
  readonly training: Int32Array;
  /** Fixed rounds; null stops early on the last part of the training rows. */
  readonly rounds: number | null;
  readonly signal: AbortSignal | undefined;
}

/** What is learnt before any model, and the matrices for it: the same for every family and its parameters. */
export interface Prepared extends Preprocessed {
  /** Labelled rows that the model is fitted on. */
  readonly early: Int32Array;
  /** Later ones that stop it; null for a fixed number of rounds. */
  readonly late: Int32Array | null;
  readonly fitting: LabelledMatrix;
  readonly stopping: LabelledMatrix | null;
}

export type Preprocessed = Pick<Fitted, 'selector' | 'hmm' | 'chances'>;

/** One fit, preprocessors and all: the same in every fold and at the end. */
export function fitProcedure(data: Observations, request: ProcedureRequest): Promise<Fitted> {
  return fitPrepared(prepare(data, { ...request, stopsEarly: request.rounds === null }), request);
}

/**
 * Fits the preprocessors on the training rows alone.
 *
 * @param parts - preprocessors that were fitted on just these rows, when they are at hand
 */
export function prepare(
  data: Observations,
  request: Pick<ProcedureRequest, 'options' | 'seed' | 'training'> & { readonly stopsEarly: boolean },
  parts: Preprocessed = preprocess(data, request),
): Prepared {
  const { options, training, stopsEarly } = request;
  const labelled = withLabel(data, training);
  const { early, late } = stopsEarly ? lastPart(data, labelled) : { early: labelled, late: null };
  return {
    ...parts,
    early,
    late,
    fitting: labelledMatrix(data, parts, early, options),
    stopping: late === null ? null : labelledMatrix(data, parts, late, options),
  };
}

/** What is fitted before any model, whatever it is to predict. */
export function preprocess(
  data: ObservedRows,
  { options, seed, training }: Pick<ProcedureRequest, 'options' | 'seed' | 'training'>,
): Preprocessed {
  const selector = fitSelector(data.featureNames, data.matrix, withLabel(data, training));
  const hmm = fitRegime(data, training, options.regimeStates, seed);
  return { selector, hmm, chances: regimeChances(data, hmm) };
}

/** Fits the model itself; `rounds` null allows as many as the options and stops early. */
export async function fitPrepared(
  { selector, hmm, chances, fitting, stopping }: Prepared,
  { family, options, seed, rounds, signal }: Omit<ProcedureRequest, 'training'>,
): Promise<Fitted> {
  const request = {
    training: fitting,
    validation: stopping,
    parameters: options.parameters,
    rounds: rounds ?? options.rounds,
    earlyStoppingRounds: options.earlyStoppingRounds,
    seed,
    threads: options.threads,
    signal,
  };
  const model = await (options.perRegime ? fitPerRegime(family, request, hmm.states) : family.fit(request));
  return { selector, hmm, chances, model };
}

/** Rows as the fitted model takes them: selected features, then regime chances. */
export function fittedMatrix(data: ObservedRows, parts: Preprocessed, rows: Int32Array): Matrix {
  const { kept } = parts.selector;
  const { states } = parts.hmm;
  const columns = kept.length + states;
  const values = new Float32Array(rows.length * columns);
  let place = 0;
  for (const row of rows) {
    const start = row * data.columns;
    for (const column of kept) values[place++] = data.matrix[start + column] as number;
    for (let state = 0; state < states; state++)
      values[place++] = parts.chances[row * states + state] as number;
  }
  return { values, rows: rows.length, columns };
}

/** The weights of labelled rows for learning: unique labels, directions balanced by session. */
function learningWeights(data: Observations, rows: Int32Array): Float64Array {
  const weights = Float64Array.from(rows, (row) => data.weights[row] as number);
  const classes = Int32Array.from(rows, (row) => data.classes[row] as number);
  return directionBalance(
    weights,
    classes,
    Array.from(rows, (row) => data.sessions[row] as string),
  );
}

/** The classes that a fit on these rows learns something of. */
export function seenClasses(data: Observations, rows: Int32Array): Set<number> {
  const weights = learningWeights(data, rows);
  return new Set(
    Array.from(
      rows.filter((_, at) => (weights[at] as number) > 0),
      (row) => data.classes[row] as number,
    ),
  );
}

function labelledMatrix(
  data: Observations,
  parts: Preprocessed,
  rows: Int32Array,
  { recencyHalfLifeSessions }: CandidateOptions,
): LabelledMatrix {
  const labels = Int32Array.from(rows, (row) => data.classes[row] as number);
  const balanced = learningWeights(data, rows);
  // Rows of one direction only would all weigh nothing, and no loss could be measured on them.
  const isUseful = balanced.some((weight, at) => weight > 0 && labels[at] !== HOLD);
  const plain = isUseful ? balanced : Float64Array.from(rows, (row) => data.weights[row] as number);
  const recency = recencyWeights(
    Array.from(rows, (row) => data.sessions[row] as string),
    recencyHalfLifeSessions,
  );
  const weights = plain.map((weight, at) => weight * (recency[at] as number));
  return { ...fittedMatrix(data, parts, rows), labels, weights, sessions: sessionNumbers(data, rows) };
}

function sessionNumbers({ sessions }: ObservedRows, rows: Int32Array): Int32Array {
  let number = 0;
  return rows.map((row, at) => {
    if (at > 0 && sessions[row] !== sessions[rows[at - 1] as number]) number += 1;
    return number;
  });
}

const LATE_SHARE = 0.2;

/**
 * The last fifth of the rows, for early stopping: whole sessions where there are several, purged of
 * rows whose label reaches into it otherwise.
 */
export function lastPart(data: ObservedRows, rows: Int32Array): { early: Int32Array; late: Int32Array } {
  const wanted = rows[Math.floor(rows.length * (1 - LATE_SHARE))] as number;
  const session = data.sessions[wanted];
  const sessionStart = rows.find((row) => data.sessions[row] === session) as number;
  const first = sessionStart > (rows[0] as number) ? sessionStart : wanted;
  const startMs = data.timestampsMs[first] as number;
  return {
    early: rows.filter((row) => (data.labelEndsMs[row] as number) < startMs),
    late: rows.filter((row) => row >= first),
  };
}
