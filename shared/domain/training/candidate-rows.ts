import type { FeatureRow } from '../features/feature-row.ts';
import type { LabelRow } from '../labels/label-row.ts';
import { epochMs, MINUTE_MS, minuteStamp, sessionDate } from '../market/indian-time.ts';
import { NO_LABEL } from './classes.ts';

/** An exchange's rows of a dataset as columns, ascending by time; see the trainer's port for units. */
export interface CandidateRows {
  readonly features: Float64Array;
  readonly timestampsMs: Float64Array;
  readonly sessions: readonly string[];
  readonly targets: Int8Array;
  readonly labelSpanMinutes: Float64Array;
  readonly forwardReturns: Float64Array;
  readonly prices: Float64Array;
}

/**
 * Joins feature rows with their labels by time: labels are made once for all feature sets, so that the uid, which names
 * the set, cannot join them. Both are of one exchange. A row without a target keeps its features (the regime filter needs
 * them) and has no label. The forward return runs to the minute in which the label was known; NaN where that minute
 * has no row.
 */
export function candidateRows(features: readonly FeatureRow[], labels: readonly LabelRow[]): CandidateRows {
  const rows = [...features].sort((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
  const times = rows.map((row) => epochMs(row.timestamp));
  const labelOf = new Map(labels.map((label) => [epochMs(label.timestamp), label]));
  const priceAt = new Map(rows.map((row, at) => [minuteStamp(times[at]!), row.underlying_price]));
  const targets = times.map((ms) => labelOf.get(ms)?.target ?? NO_LABEL);
  const spans = times.map((ms) => labelOf.get(ms)?.minutes_to_hit ?? 0);
  const width = rows[0]?.values.length ?? 0;
  const matrix = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries()) matrix.set(row.values, at * width);
  return {
    features: matrix,
    timestampsMs: Float64Array.from(times),
    sessions: times.map(sessionDate),
    targets: Int8Array.from(targets),
    labelSpanMinutes: Float64Array.from(spans),
    forwardReturns: Float64Array.from(rows, (row, at) => {
      if (targets[at] === NO_LABEL) return Number.NaN;
      const then = priceAt.get(minuteStamp(times[at]!) + spans[at]! * MINUTE_MS);
      return then === undefined ? Number.NaN : then / row.underlying_price - 1;
    }),
    prices: Float64Array.from(rows, (row) => row.underlying_price),
  };
}
