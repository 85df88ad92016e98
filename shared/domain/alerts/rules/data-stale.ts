import type { HealthSummary } from '../../health/health-summary.ts';
import type { AlertPolicy } from '../alert-policy.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** The session is open and no snapshot has come for too long. */
export function dataStale(summary: HealthSummary, policy: AlertPolicy): Check {
  const { data_age_seconds: age, exchange } = summary;
  const limit = policy.data_stale.max_age_seconds;
  if (!summary.session_open) return UNKNOWN;
  if (age !== null && age <= limit) return clear();
  const since =
    age === null ? 'No snapshot has come today' : `The newest snapshot is ${Math.round(age)} seconds old`;
  return breached({
    rule: 'data-stale',
    exchange,
    subject: 'snapshots',
    severity: 'critical',
    title: `${exchange}: ${age === null ? 'no data' : `no new data for ${Math.round(age)} seconds`}`,
    what: `${since} for ${exchange} while its session is open (limit ${limit} seconds). Scoring answers HOLD.`,
    next: "Check that the tracker runs and can reach the ingest address, and look for refused snapshots in the tracker's log.",
    numbers: { ...(age === null ? {} : { age_seconds: age }), limit_seconds: limit },
  });
}
