import type { HealthSummary } from './health-summary.ts';

/** A summary as indented JSON with a closing newline. */
export function healthJson(summary: HealthSummary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
