import { LABEL_SET_ID } from '../labels/label-day.ts';
import { LABEL_COLUMNS } from '../labels/label-row.ts';
import { type Cell, type ColumnTable, column } from '../lake/column-table.ts';
import { type LabelSource, TRACKER_BARRIER } from './label-source.ts';

const SESSION_TARGET: string = 'session_target';

/** Marks a row without a target; outside -1, 0 and 1. */
export const NO_TARGET = -128;

/** One exchange's day of a dataset as columns of equal length, rows as in the feature file (by rising time). */
export interface DayColumns {
  readonly date: string;
  readonly rows: number;
  /** Epoch milliseconds. */
  readonly timestampsMs: Float64Array;
  /** Underlying price, index points. */
  readonly prices: Float64Array;
  /** One column per feature, in the feature set's order; NaN where missing, Infinity allowed. */
  readonly features: readonly Float64Array[];
  /** The triple barrier's target: -1, 0, 1 or NO_TARGET. */
  readonly targets: Int8Array;
  /** The label that was asked for; NaN without one. */
  readonly labels: Float64Array;
  /** Minutes until that label was known; 0 without one. */
  readonly labelMinutes: Float64Array;
  /** The target of the triple barrier by session, as `targets`; null where the label set has none. */
  readonly sessionTargets: Int8Array | null;
  /** Quality flags of each row, separated by blanks; empty for a clean one. */
  readonly qualityFlags: readonly string[];
}

/** Columns of a feature file that a dataset reads. */
export function featureFileColumns(featureNames: readonly string[]): string[] {
  return ['timestamp', 'underlying_price', ...featureNames, 'quality_flags'];
}

/** Columns of a label file that a dataset reads; a label set of other code has those of the first one. */
export function labelFileColumns(labelSet: string, { column: label, minutes } = TRACKER_BARRIER): string[] {
  const hasSession = labelSet === LABEL_SET_ID && LABEL_COLUMNS.some((name) => name === SESSION_TARGET);
  const known = typeof minutes === 'string' ? [minutes] : [];
  return [...new Set(['timestamp', 'target', label, ...known, ...(hasSession ? [SESSION_TARGET] : [])])];
}

/**
 * A day's features with their labels, joined by timestamp. A row without labels has no target; labels without a
 * feature row are dropped. @throws RangeError naming a column that a table does not have.
 */
export function dayColumns(
  date: string,
  features: ColumnTable,
  labels: ColumnTable,
  featureNames: readonly string[],
  source: LabelSource = TRACKER_BARRIER,
): DayColumns {
  const timestampsMs = numbers(column(features, 'timestamp'));
  const labelAt = new Map(column(labels, 'timestamp').map((timestamp, row) => [timestamp, row]));
  const labelRows = Array.from(timestampsMs, (timestamp) => labelAt.get(timestamp));
  const targets = (name: string) => targetsOf(column(labels, name), labelRows);
  const asked = joined(column(labels, source.column), labelRows);
  const hasSession = labels.columns.some(({ name }) => name === SESSION_TARGET);
  return {
    date,
    rows: features.rows,
    timestampsMs,
    prices: numbers(column(features, 'underlying_price')),
    features: featureNames.map((name) => numbers(column(features, name))),
    targets: targets('target'),
    labels: asked,
    labelMinutes: minutesOf(labels, source, asked, labelRows),
    sessionTargets: hasSession ? targets(SESSION_TARGET) : null,
    qualityFlags: column(features, 'quality_flags').map((flags) => String(flags ?? '')),
  };
}

function numbers(cells: readonly Cell[]): Float64Array {
  const values = new Float64Array(cells.length);
  for (let row = 0; row < cells.length; row++) values[row] = (cells[row] as number | null) ?? Number.NaN;
  return values;
}

/** The label of each row; NaN without one. */
function joined(cells: readonly Cell[], labelRows: readonly (number | undefined)[]): Float64Array {
  return numbers(labelRows.map((row) => (row === undefined ? null : (cells[row] ?? null))));
}

function minutesOf(
  table: ColumnTable,
  { minutes }: LabelSource,
  labels: Float64Array,
  labelRows: readonly (number | undefined)[],
): Float64Array {
  const known =
    typeof minutes === 'number' ? labels.map(() => minutes) : joined(column(table, minutes), labelRows);
  return known.map((value, row) => (Number.isNaN(labels[row]!) || Number.isNaN(value) ? 0 : value));
}

function targetsOf(cells: readonly Cell[], labelRows: readonly (number | undefined)[]): Int8Array {
  return Int8Array.from(labelRows, (row) =>
    row === undefined ? NO_TARGET : Number(cells[row] ?? NO_TARGET),
  );
}
