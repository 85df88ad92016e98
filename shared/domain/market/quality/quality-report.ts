import { epochMs } from '../indian-time.ts';
import type { QualitySnapshot } from './observed.ts';
import type { QualityPolicy } from './quality-policy.ts';
import { type QualityReport, QualityTally, type TermsOf } from './quality-tally.ts';

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
  const tally = new QualityTally(termsOf, policy);
  for (const snapshot of byTime(snapshots)) tally.add(snapshot);
  return tally.reports();
}

function byTime(snapshots: readonly QualitySnapshot[]): QualitySnapshot[] {
  return snapshots
    .map((snapshot) => ({ snapshot, ms: epochMs(snapshot.timestamp) }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ snapshot }) => snapshot);
}
