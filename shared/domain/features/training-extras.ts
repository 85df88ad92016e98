import { clockFeatures } from './tracker-v2/clock.ts';

/** Columns that the tracker adds at training time, one value per row. */
export interface TrainingExtras extends Record<keyof ReturnType<typeof clockFeatures>, number[]> {
  readonly pcr_total_oi_zscore: number[];
}

const ZSCORE_ROWS = 750;
const ZSCORE_MIN_ROWS = 50;

/**
 * The tracker's training-time extras of stored feature rows, sorted by time: the z-score of `pcr_total_oi` over the
 * last 750 rows (sessions follow each other directly; missing counts as 0), and the clock columns rebuilt from each
 * row's time. Empty input gives empty columns. Source: FEATURES.md, section 7.
 */
export function trainingExtras(
  timestampsMs: readonly number[],
  pcrTotalOi: readonly (number | null)[],
): TrainingExtras {
  if (timestampsMs.length !== pcrTotalOi.length) {
    throw new RangeError(
      `timestampsMs, pcrTotalOi: expected equal lengths, was ${timestampsMs.length} and ${pcrTotalOi.length}`,
    );
  }
  const clocks = timestampsMs.map(clockFeatures);
  return {
    pcr_total_oi_zscore: rollingZscore(pcrTotalOi.map((value) => value || 0)),
    hour: clocks.map((clock) => clock.hour),
    minute: clocks.map((clock) => clock.minute),
    time_to_close_hours: clocks.map((clock) => clock.time_to_close_hours),
    is_opening_hour: clocks.map((clock) => clock.is_opening_hour),
    is_closing_hour: clocks.map((clock) => clock.is_closing_hour),
    is_lunch_hour: clocks.map((clock) => clock.is_lunch_hour),
    sin_time: clocks.map((clock) => clock.sin_time),
    cos_time: clocks.map((clock) => clock.cos_time),
  };
}

/** (x - mean) / sample deviation over the last 750 values; 0 with fewer than 50, all equal, or an infinite one. */
function rollingZscore(values: readonly number[]): number[] {
  return values.map((value, index) => {
    const from = Math.max(0, index + 1 - ZSCORE_ROWS);
    const rows = index + 1 - from;
    if (rows < ZSCORE_MIN_ROWS) return 0;
    let sum = 0;
    for (let i = from; i <= index; i += 1) sum += values[i]!;
    const mean = sum / rows;
    let squares = 0;
    let equal = true;
    for (let i = from; i <= index; i += 1) {
      squares += (values[i]! - mean) ** 2;
      equal &&= values[i] === value;
    }
    const score = (value - mean) / Math.sqrt(squares / (rows - 1));
    return !equal && Number.isFinite(score) ? score : 0;
  });
}
