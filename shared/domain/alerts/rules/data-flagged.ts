import type { HealthSummary } from '../../health/health-summary.ts';
import type { AlertPolicy } from '../alert-policy.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** Too many of the day's feature rows rest on data that a quality rule complains about. */
export function dataFlagged(summary: HealthSummary, policy: AlertPolicy): Check {
  const { exchange, quality_rows: rows, flagged_share: share, worst_minute: worst } = summary;
  const { max_share, min_rows } = policy.data_flagged;
  if (share === null || rows < min_rows) return UNKNOWN;
  if (share <= max_share || worst === null) return clear();
  const percent = `${Math.round(100 * share)} %`;
  const counts = Object.entries(summary.quality_flags).sort(([, a], [, b]) => b - a);
  return breached({
    rule: 'data-flagged',
    exchange,
    subject: 'data quality',
    severity: 'warning',
    title: `${exchange}: ${percent} of the data is flagged`,
    what:
      `${percent} of the ${rows} feature rows of ${exchange} carry a data-quality flag (limit ` +
      `${Math.round(100 * max_share)} %): ${counts.map(([flag, count]) => `${flag} in ${count}`).join(', ')}. ` +
      `Worst: ${worst.timestamp} with ${worst.flags.join(', ')}.`,
    next: "Compare the named fields with the exchange's own page, then look at the tracker's feed. Flags that block make every answer HOLD.",
    numbers: { rows, flagged_share: share, ...Object.fromEntries(counts) },
  });
}
