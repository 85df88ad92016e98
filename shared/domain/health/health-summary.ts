import { quantile } from '../../stats/quantile.ts';
import { epochMs } from '../market/indian-time.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import { type Performance, performance } from '../outcomes/performance.ts';
import type { Statistics } from '../outcomes/statistics.ts';

/** A snapshot that became a feature row: when (UTC ISO), and what is wrong with it. */
export interface QualityRow {
  readonly timestamp: string;
  readonly flags: readonly string[];
}

export interface HealthInput {
  /** An exchange, or `ALL`. */
  readonly exchange: string;
  /** UTC, the caller's clock. */
  readonly at: string;
  /** What went through each stage in the window, by name (`snapshots_accepted`, `recommendations`). */
  readonly counts: Readonly<Record<string, number>>;
  /** The window's feature rows with their data-quality flags. */
  readonly quality_rows: readonly QualityRow[];
  /** In-handler scoring times in microseconds. */
  readonly latencies_us: readonly number[];
  /** Outcomes at one horizon, by time of their recommendation. */
  readonly outcomes: readonly Outcome[];
  /** Failures by stage. */
  readonly errors: Readonly<Record<string, number>>;
  /** Newest snapshot (UTC ISO); null when there was none. */
  readonly last_snapshot_at: string | null;
  readonly session_open: boolean;
  /** What the model versions brought over the last twenty sessions; none when left out. */
  readonly live?: readonly Statistics[];
}

/** Percentiles in microseconds; null when nothing was scored. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The moment with the most data-quality flags, the first of several; the flags in their order. */
export interface WorstMinute {
  readonly timestamp: string;
  readonly flags: readonly string[];
}

/** A model version live: what it named right beside what it claimed, and what its trades brought, re-marked. */
export type LiveVersion = Pick<
  Statistics,
  'judged' | 'independent' | 'accuracy' | 'accuracy_low' | 'accuracy_high' | 'mean_confidence' | 'trades'
> &
  Pick<Statistics, 'win_rate' | 'payoff' | 'pnl_rupees' | 'drawdown_rupees'> & {
    readonly model_version: string;
  };

/** What the watching stage knows about an exchange; a plain record, stored and served as it is. */
export interface HealthSummary {
  readonly schema: 1;
  readonly exchange: string;
  readonly at: string;
  readonly session_open: boolean;
  /** Seconds since the newest snapshot; null when there was none. */
  readonly data_age_seconds: number | null;
  readonly counts: Readonly<Record<string, number>>;
  /** Rows that carry a flag, by flag. */
  readonly quality_flags: Readonly<Record<string, number>>;
  /** Feature rows looked at for flags. */
  readonly quality_rows: number;
  /** Feature rows without any flag, as a share of all; null without rows. */
  readonly clean_share: number | null;
  /** Feature rows with at least one flag, as a share of all; null without rows. */
  readonly flagged_share: number | null;
  /** Null when no row carries a flag. */
  readonly worst_minute: WorstMinute | null;
  readonly latency_us: LatencySummary;
  readonly performance: Performance;
  /** Over the last twenty sessions, by version; summaries of before have none. */
  readonly live?: readonly LiveVersion[];
  readonly errors: Readonly<Record<string, number>>;
}

/**
 * One summary of counts, data quality, scoring latency, performance and errors. Names are sorted, so that equal input
 * gives equal text. Example: `healthSummary(input).latency_us.p99`.
 */
export function healthSummary(input: HealthInput): HealthSummary {
  const rows = input.quality_rows.length;
  const clean = input.quality_rows.filter(({ flags }) => flags.length === 0).length;
  return {
    schema: 1,
    exchange: input.exchange,
    at: input.at,
    session_open: input.session_open,
    data_age_seconds: dataAge(input),
    counts: sortedRecord(input.counts),
    quality_flags: countFlags(input.quality_rows),
    quality_rows: rows,
    clean_share: rows === 0 ? null : clean / rows,
    flagged_share: rows === 0 ? null : (rows - clean) / rows,
    worst_minute: worstMinute(input.quality_rows),
    latency_us: latency(input.latencies_us),
    performance: performance(input.outcomes),
    live: (input.live ?? []).map(liveVersion),
    errors: sortedRecord(input.errors),
  };
}

function liveVersion({ key, ...all }: Statistics): LiveVersion {
  const { judged, independent, accuracy, accuracy_low, accuracy_high, mean_confidence } = all;
  const { trades, win_rate, payoff, pnl_rupees, drawdown_rupees } = all;
  return {
    model_version: key,
    ...{ judged, independent, accuracy, accuracy_low, accuracy_high, mean_confidence },
    ...{ trades, win_rate, payoff, pnl_rupees, drawdown_rupees },
  };
}

function dataAge({ at, last_snapshot_at }: HealthInput): number | null {
  return last_snapshot_at === null ? null : (epochMs(at) - epochMs(last_snapshot_at)) / 1000;
}

function latency(values: readonly number[]): LatencySummary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (p: number) => (sorted.length === 0 ? null : quantile(sorted, p));
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function worstMinute(rows: readonly QualityRow[]): WorstMinute | null {
  let worst: QualityRow | undefined;
  for (const row of rows) {
    const more = row.flags.length - (worst?.flags.length ?? 0);
    if (more > 0 || (more === 0 && worst !== undefined && row.timestamp < worst.timestamp)) worst = row;
  }
  return worst === undefined ? null : { timestamp: worst.timestamp, flags: [...worst.flags] };
}

function countFlags(rows: readonly QualityRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const flag of rows.flatMap(({ flags }) => flags)) counts[flag] = (counts[flag] ?? 0) + 1;
  return sortedRecord(counts);
}

function sortedRecord(record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
