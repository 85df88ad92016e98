import type { HealthSummary } from './health-summary.ts';
import { measurements } from './measurements.ts';

/**
 * A summary as CSV (RFC 4180, lines end in CRLF): at, exchange, name, label, value. A number that could not be measured
 * is empty. Example line: `2026-01-05T10:00:00.000Z,NSE,error_count,score,2`.
 */
export function healthCsv(summary: HealthSummary): string {
  const lines = measurements(summary).map(({ name, label, value }) =>
    [summary.at, summary.exchange, name, label?.value ?? '', value ?? ''].map(field).join(','),
  );
  return ['at,exchange,name,label,value', ...lines, ''].join('\r\n');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
