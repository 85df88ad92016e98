import { FEWEST_ROWS } from '../../shared/domain/training/trainable.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import { type ObservedRows, observedRows } from '../candidate/observations.ts';

/** Rows with the amounts that came true; NaN where there is no label. */
export interface MeasuredRows extends ObservedRows {
  readonly amounts: Float64Array;
}

/**
 * The input as models take it.
 * @throws RejectedInput naming the field whose length or order is wrong, or why nothing can be learnt
 */
export function measuredRows(input: MagnitudeInput): MeasuredRows {
  const { labels } = input;
  const labelled = Int32Array.from(labels.keys()).filter((row) => !Number.isNaN(labels[row]));
  if (labelled.length < FEWEST_ROWS) {
    throw new RejectedInput(`rows: expected at least ${FEWEST_ROWS} with a label, was ${labelled.length}`, {
      field: 'rows',
    });
  }
  return { ...observedRows(input, labelled, labels.length), amounts: labels };
}
