import type { HealthSummary } from '../../health/health-summary.ts';
import type { AlertPolicy } from '../alert-policy.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** One scoring request in a hundred takes longer than it may. */
export function latencyHigh(summary: HealthSummary, policy: AlertPolicy): Check {
  const { count, p50, p99 } = summary.latency_us;
  const { min_count, p99_us } = policy.latency_high;
  if (p50 === null || p99 === null || count < min_count) return UNKNOWN;
  if (p99 < p99_us) return clear();
  const ms = (us: number) => `${(us / 1000).toFixed(1)} milliseconds`;
  return breached({
    rule: 'latency-high',
    exchange: summary.exchange,
    subject: 'scoring',
    severity: 'warning',
    title: `${summary.exchange}: scoring is slow (${ms(p99)} at the 99th percentile)`,
    what: `Of ${count} scored requests of ${summary.exchange} one in a hundred took ${ms(p99)} or longer (limit ${ms(p99_us)}); half took at most ${ms(p50)}.`,
    next: 'Look at the duration and memory of the scoring function, and at cold starts after a promotion.',
    numbers: { p99_us: p99, p50_us: p50, scored_requests: count, limit_us: p99_us },
  });
}
