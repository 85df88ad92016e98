import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics();

/** Counts of one invocation, written as one CloudWatch embedded-metric line. Example: `count({ snapshots: 30 })`. */
export function count(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
