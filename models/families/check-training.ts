import { CLASSES } from '../../shared/domain/training/classes.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { LabelledMatrix } from '../../shared/ports/model-family.ts';

/** Below this no family finds anything; what a candidate needs is stated in shared/domain/training/trainable.ts. */
const FEWEST_ROWS = 10;

/**
 * What every family asks of its training rows. Rows of weight 0 do not count.
 *
 * @throws RejectedInput naming the reason: too few rows, one class only, no column that varies
 */
export function checkTraining(training: LabelledMatrix): void {
  const rows = Int32Array.from(training.labels.keys()).filter((row) => (training.weights[row] as number) > 0);
  if (rows.length < FEWEST_ROWS) {
    throw new RejectedInput(
      `rows: expected at least ${FEWEST_ROWS} that weigh something, was ${rows.length}`,
      {
        field: 'rows',
      },
    );
  }
  const only = training.labels[rows[0] as number] as number;
  if (rows.every((row) => training.labels[row] === only)) {
    throw new RejectedInput(`target: expected at least two classes, was ${CLASSES[only] ?? only} only`, {
      field: 'target',
    });
  }
  if (!Array.from({ length: training.columns }).some((_, column) => varies(training, rows, column))) {
    throw new RejectedInput(
      `features: expected at least one that varies, was ${training.columns} constant or missing`,
      {
        field: 'features',
      },
    );
  }
}

function varies({ values, columns }: LabelledMatrix, rows: Int32Array, column: number): boolean {
  const first = values[(rows[0] as number) * columns + column];
  return rows.some((row) => !Object.is(values[row * columns + column], first));
}
