import { recencyWeights } from '../../shared/domain/training/recency-weights.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { FittedMagnitude, MeasuredMatrix, ModelFamily } from '../../shared/ports/model-family.ts';
import type { CandidateOptions } from '../../shared/ports/model-trainer.ts';
import { fittedMatrix, lastPart, type Preprocessed, preprocess } from '../candidate/fit-procedure.ts';
import { withLabel } from '../candidate/observations.ts';
import type { MeasuredRows } from './measured-rows.ts';

/** Everything that one fit learns, from its training rows alone. */
export interface Fitted extends Preprocessed {
  readonly model: FittedMagnitude;
}

export interface FitRequest {
  readonly family: ModelFamily;
  readonly options: CandidateOptions;
  readonly seed: number;
  /** Rows to learn from, with and without label, ascending. */
  readonly training: Int32Array;
  /** Fixed rounds; null stops early on the last part of the training rows. */
  readonly rounds: number | null;
  readonly signal: AbortSignal | undefined;
}

/** One fit, preprocessors and all: the same in every fold and at the end. */
export async function fitProcedure(data: MeasuredRows, request: FitRequest): Promise<Fitted> {
  const { family, options, seed, training, rounds, signal } = request;
  if (family.fitMagnitude === undefined) {
    throw new RejectedInput(
      `family: expected one that learns amounts, was ${family.name}: it learns classes only`,
      {
        field: 'family',
      },
    );
  }
  const parts = preprocess(data, { options, seed, training });
  const labelled = withLabel(data, training);
  const { early, late } = rounds === null ? lastPart(data, labelled) : { early: labelled, late: null };
  const model = await family.fitMagnitude({
    training: measuredMatrix(data, parts, early, options),
    validation: late === null ? null : measuredMatrix(data, parts, late, options),
    parameters: options.parameters,
    rounds: rounds ?? options.rounds,
    earlyStoppingRounds: options.earlyStoppingRounds,
    seed,
    threads: options.threads,
    signal,
  });
  return { ...parts, model };
}

function measuredMatrix(
  data: MeasuredRows,
  parts: Preprocessed,
  rows: Int32Array,
  { recencyHalfLifeSessions }: CandidateOptions,
): MeasuredMatrix {
  const sessions = Array.from(rows, (row) => data.sessions[row] as string);
  const recency = recencyWeights(sessions, recencyHalfLifeSessions);
  return {
    ...fittedMatrix(data, parts, rows),
    amounts: Float64Array.from(rows, (row) => data.amounts[row] as number),
    weights: Float64Array.from(rows, (row, at) => (data.weights[row] as number) * (recency[at] as number)),
  };
}
