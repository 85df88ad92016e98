import type { Fold } from '../../shared/domain/training/folds.ts';
import { smoothUnseen } from '../../shared/domain/training/smooth-unseen.ts';
import type { FittedModel, Matrix } from '../../shared/ports/model-family.ts';
import type { CandidateOptions } from '../../shared/ports/model-trainer.ts';
import { fittedMatrix, type Prepared, type Preprocessed, prepare, seenClasses } from './fit-procedure.ts';
import { type Observations, withLabel } from './observations.ts';

/** A split with all that does not depend on the configuration: fitted once, however many are tried. */
export interface PreparedFold {
  readonly fold: Fold;
  readonly prepared: Prepared;
  /** Rows of the test part with a label. */
  readonly judged: Int32Array;
  readonly judging: Matrix;
  /** Training rows with a label. */
  readonly trainingRows: number;
  /** Classes that the fit learns something of. */
  readonly seen: ReadonlySet<number>;
}

/**
 * Everything is fitted on the split's training rows; its test rows are only put into columns.
 *
 * @param parts - preprocessors that were fitted on just these training rows, when they are at hand
 */
export function prepareFold(
  data: Observations,
  fold: Fold,
  options: CandidateOptions,
  seed: number,
  parts?: Preprocessed,
): PreparedFold {
  const prepared = prepare(data, { options, seed, training: fold.train, stopsEarly: true }, parts);
  const judged = withLabel(data, fold.test);
  return {
    fold,
    prepared,
    judged,
    judging: fittedMatrix(data, prepared, judged),
    trainingRows: withLabel(data, fold.train).length,
    seen: seenClasses(data, prepared.early),
  };
}

/** Raw scores [rows x 3]; a class that the fit has not seen gets the chance of one row. */
export async function unseenScores(
  { seen, trainingRows }: Pick<PreparedFold, 'seen' | 'trainingRows'>,
  model: FittedModel,
  matrix: Matrix,
): Promise<Float64Array> {
  return smoothUnseen(await model.rawScores(matrix), seen, trainingRows);
}
