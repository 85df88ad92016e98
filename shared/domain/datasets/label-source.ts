import type { LabelColumn } from '../labels/label-row.ts';

/** Where a day's labels come from, and how long each of them looked ahead. */
export interface LabelSource {
  readonly column: LabelColumn;
  /** The column that says after how many minutes a label was known, or the minutes when all took the same. */
  readonly minutes: LabelColumn | number;
}

/** The tracker's triple barrier, which every label set has. */
export const TRACKER_BARRIER: LabelSource = { column: 'target', minutes: 'minutes_to_hit' };
