import { RejectedInput } from '../../errors.ts';
import { CLASSES, classOfTarget, NO_LABEL } from './classes.ts';

/** Below this a fit says nothing, whatever it says. */
export const FEWEST_ROWS = 120;

/**
 * Rows that can be learnt from: those with a label.
 *
 * @param targets - -1, 0, 1 or NO_LABEL
 * @throws RejectedInput with the reason: none or too few, one class only, an unknown target
 */
export function labelledRows(targets: Int8Array): Int32Array {
  const rows = Int32Array.from(targets.keys()).filter((row) => targets[row] !== NO_LABEL);
  if (rows.length < FEWEST_ROWS) {
    throw new RejectedInput(
      `rows: expected at least ${FEWEST_ROWS} with a label, was ${rows.length || 'none'}`,
      {
        field: 'rows',
      },
    );
  }
  const classes = new Set(Array.from(rows, (row) => classOfTarget(targets[row] as number)));
  for (const found of classes) {
    if (CLASSES[found] === undefined)
      throw new RejectedInput(`target: expected -1, 0 or 1, was ${found - 1}`, { field: 'target' });
  }
  if (classes.size < 2) {
    const only = CLASSES[[...classes][0] as number];
    throw new RejectedInput(`target: expected at least two classes, was ${only} only`, { field: 'target' });
  }
  return rows;
}
