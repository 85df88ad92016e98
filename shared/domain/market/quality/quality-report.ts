import { epochMs, MINUTE_MS, sessionDate } from '../indian-time.ts';
import type { Exchange } from '../snapshot.ts';
import { QUALITY_FLAGS, type QualityFinding, type QualityFlag } from './finding.ts';
import type { QualitySnapshot } from './observed.ts';
import { qualityFlags } from './quality-flags.ts';
import type { QualityPolicy } from './quality-policy.ts';
import type { QualityTerms } from './terms.ts';

/** How often one flag was raised in a day, and where first. */
export interface FlagCount {
  readonly flag: QualityFlag;
  /** Snapshots that carry the flag. */
  readonly snapshots: number;
  /** Share of the day's snapshots, 0 to 1. */
  readonly share: number;
  readonly first: { readonly timestamp: string; readonly field: string; readonly why: string };
}

/** What one day of one chain contains. */
export interface QualityReport {
  readonly exchange: Exchange;
  readonly date: string;
  readonly snapshots: number;
  /** Snapshots with at least one flag. */
  readonly flagged: number;
  readonly flaggedShare: number;
  /** Flags that were raised, in the order of QUALITY_FLAGS. */
  readonly flags: readonly FlagCount[];
}

/** The terms of a chain on a date; throws for a date that the rules do not cover. */
export type TermsOf = (exchange: Exchange, date: string) => QualityTerms;

/**
 * One report per exchange and Indian date, by date, then exchange. The snapshots may come in any order; those of one
 * timestamp stay in theirs. No snapshots, no report.
 * Example: `qualityReport(day, (exchange, date) => qualityTerms(date, rules[exchange]), qualityPolicy())`.
 */
export function qualityReport(
  snapshots: readonly QualitySnapshot[],
  termsOf: TermsOf,
  policy: QualityPolicy,
): QualityReport[] {
  const days = Map.groupBy(
    byTime(snapshots),
    (one) => `${sessionDate(epochMs(one.timestamp))} ${one.exchange}`,
  );
  return [...days.keys()].sort().map((key) => reportDay(days.get(key)!, termsOf, policy));
}

function byTime(snapshots: readonly QualitySnapshot[]): QualitySnapshot[] {
  return snapshots
    .map((snapshot) => ({ snapshot, ms: epochMs(snapshot.timestamp) }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ snapshot }) => snapshot);
}

function reportDay(day: readonly QualitySnapshot[], termsOf: TermsOf, policy: QualityPolicy): QualityReport {
  const { exchange, timestamp } = day[0]!;
  const date = sessionDate(epochMs(timestamp));
  const terms = termsOf(exchange, date);
  const findings = day.map((one, index) =>
    qualityFlags(one, windowBefore(day, index, policy), terms, policy),
  );
  const flagged = findings.filter((found) => found.length > 0).length;
  return {
    ...{ exchange, date, snapshots: day.length, flagged, flaggedShare: flagged / day.length },
    flags: QUALITY_FLAGS.flatMap((flag) => countOf(flag, day, findings)),
  };
}

function windowBefore(
  day: readonly QualitySnapshot[],
  index: number,
  policy: QualityPolicy,
): QualitySnapshot[] {
  const oldestMs = epochMs(day[index]!.timestamp) - policy.history_minutes * MINUTE_MS;
  let from = index;
  while (from > 0 && epochMs(day[from - 1]!.timestamp) >= oldestMs) from -= 1;
  return day.slice(from, index);
}

function countOf(
  flag: QualityFlag,
  day: readonly QualitySnapshot[],
  findings: readonly (readonly QualityFinding[])[],
): FlagCount[] {
  const found = findings.map((of) => of.find((finding) => finding.flag === flag));
  const index = found.findIndex((finding) => finding !== undefined);
  if (index < 0) return [];
  const snapshots = found.filter((finding) => finding !== undefined).length;
  const { field, why } = found[index]!;
  const first = { timestamp: day[index]!.timestamp, field, why };
  return [{ flag, snapshots, share: snapshots / day.length, first }];
}
