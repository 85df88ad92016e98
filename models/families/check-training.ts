import { CLASSES } from '../../shared/domain/training/classes.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { LabelledMatrix, Matrix, MeasuredMatrix } from '../../shared/ports/model-family.ts';

/** Below this no family finds anything; what a candidate needs is stated in shared/domain/training/trainable.ts. */
const FEWEST_ROWS = 10;

/**
 * What every family asks of its training rows. Rows of weight 0 do not count.
 *
 * @throws RejectedInput naming the reason: too few rows, one class only, no column that varies
 */
export function checkTraining(training: LabelledMatrix): void {
  const rows = weighingRows(training);
  const only = training.labels[rows[0] as number] as number;
  if (rows.every((row) => training.labels[row] === only)) {
    throw new RejectedInput(`target: expected at least two classes, was ${CLASSES[only] ?? only} only`, {
      field: 'target',
    });
  }
  requireVariety(training, rows);
}

/**
 * The same of rows with amounts.
 *
 * @throws RejectedInput naming the reason: too few rows, amounts that are not finite or all the same, no column that varies
 */
export function checkMeasured(training: MeasuredMatrix): void {
  const rows = weighingRows(training);
  const wild = rows.find((row) => !Number.isFinite(training.amounts[row]));
  if (wild !== undefined) {
    throw new RejectedInput(`target: expected finite amounts, was ${training.amounts[wild]} in row ${wild}`, {
      field: 'target',
    });
  }
  const only = training.amounts[rows[0] as number];
  if (rows.every((row) => training.amounts[row] === only)) {
    throw new RejectedInput(`target: expected amounts that differ, was ${only} only`, { field: 'target' });
  }
  requireVariety(training, rows);
}

function weighingRows({ weights }: Pick<LabelledMatrix, 'weights'>): Int32Array {
  const rows = Int32Array.from(weights.keys()).filter((row) => (weights[row] as number) > 0);
  if (rows.length >= FEWEST_ROWS) return rows;
  throw new RejectedInput(`rows: expected at least ${FEWEST_ROWS} that weigh something, was ${rows.length}`, {
    field: 'rows',
  });
}

function requireVariety(matrix: Matrix, rows: Int32Array): void {
  if (Array.from({ length: matrix.columns }).some((_, column) => varies(matrix, rows, column))) return;
  throw new RejectedInput(
    `features: expected at least one that varies, was ${matrix.columns} constant or missing`,
    { field: 'features' },
  );
}

function varies({ values, columns }: Matrix, rows: Int32Array, column: number): boolean {
  const first = values[(rows[0] as number) * columns + column];
  return rows.some((row) => !Object.is(values[row * columns + column], first));
}
