import type { HealthSummary } from './health-summary.ts';
import { type Measurement, measurements } from './measurements.ts';

const PREFIX = 'oi_loop_';

/**
 * Summaries in the Prometheus text format 0.0.4, one family a metric with its HELP and TYPE, all gauges of the summary's
 * window. Numbers that could not be measured are left out. No summaries give an empty text.
 * Example line: `oi_loop_data_age_seconds{exchange="NSE"} 42`.
 */
export function healthPrometheus(summaries: readonly HealthSummary[]): string {
  const samples = summaries.flatMap((summary) =>
    measurements(summary)
      .filter((one) => one.value !== null)
      .map((one) => ({ ...one, exchange: summary.exchange })),
  );
  const families = Map.groupBy(samples, (sample) => sample.name);
  return [...families].map(([name, members]) => family(name, members)).join('');
}

function family(name: string, members: readonly (Measurement & { exchange: string })[]): string {
  const lines = members.map(({ exchange, label, value }) => {
    const extra = label === null ? '' : `,${label.key}="${escaped(label.value)}"`;
    return `${PREFIX}${name}{exchange="${escaped(exchange)}"${extra}} ${value}`;
  });
  const help = members[0]?.help ?? '';
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} gauge`, ...lines, ''].join('\n');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
