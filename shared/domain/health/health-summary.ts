import { quantile } from '../../stats/quantile.ts';
import { epochMs } from '../market/indian-time.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import { type Performance, performance } from '../outcomes/performance.ts';

export interface HealthInput {
  /** An exchange, or `ALL`. */
  readonly exchange: string;
  /** UTC, the caller's clock. */
  readonly at: string;
  /** What went through each stage in the window, by name (`snapshots_accepted`, `recommendations`). */
  readonly counts: Readonly<Record<string, number>>;
  /** Data-quality flags of the window's feature rows, once per row. */
  readonly quality_flags: readonly (readonly string[])[];
  /** In-handler scoring times in microseconds. */
  readonly latencies_us: readonly number[];
  /** Outcomes at one horizon, by time of their recommendation. */
  readonly outcomes: readonly Outcome[];
  /** Failures by stage. */
  readonly errors: Readonly<Record<string, number>>;
  /** Newest snapshot (UTC ISO); null when there was none. */
  readonly last_snapshot_at: string | null;
  readonly session_open: boolean;
}

/** Percentiles in microseconds; null when nothing was scored. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** What the watching stage knows about an exchange; a plain record, stored and served as it is. */
export interface HealthSummary {
  readonly schema: 1;
  readonly exchange: string;
  readonly at: string;
  readonly session_open: boolean;
  /** Seconds since the newest snapshot; null when there was none. */
  readonly data_age_seconds: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly quality_flags: Readonly<Record<string, number>>;
  /** Feature rows without any flag, as a share of all; null without rows. */
  readonly clean_share: number | null;
  readonly latency_us: LatencySummary;
  readonly performance: Performance;
  readonly errors: Readonly<Record<string, number>>;
}

/**
 * One summary of counts, data quality, scoring latency, performance and errors. Names are sorted, so that equal input
 * gives equal text. Example: `healthSummary(input).latency_us.p99`.
 */
export function healthSummary(input: HealthInput): HealthSummary {
  const rows = input.quality_flags.length;
  const clean = input.quality_flags.filter((flags) => flags.length === 0).length;
  return {
    schema: 1,
    exchange: input.exchange,
    at: input.at,
    session_open: input.session_open,
    data_age_seconds: dataAge(input),
    counts: sortedRecord(input.counts),
    quality_flags: countFlags(input.quality_flags),
    clean_share: rows === 0 ? null : clean / rows,
    latency_us: latency(input.latencies_us),
    performance: performance(input.outcomes),
    errors: sortedRecord(input.errors),
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

function countFlags(rows: readonly (readonly string[])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const flag of rows.flat()) counts[flag] = (counts[flag] ?? 0) + 1;
  return sortedRecord(counts);
}

function sortedRecord(record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
