import type { FeatureRow } from '../features/feature-row.ts';
import type { LabelRow } from '../labels/label-row.ts';
import type { ExchangeStats } from './manifest.ts';

/** One exchange's day as a dataset holds it. */
export interface DatasetDay {
  readonly date: string;
  readonly features: readonly FeatureRow[];
  readonly labels: readonly LabelRow[];
}

/** Summary of an exchange's days (by date), labels joined by time as for training. No rows: completeness 0 for every feature. */
export function exchangeStats(days: readonly DatasetDay[], featureNames: readonly string[]): ExchangeStats {
  const rows = days.flatMap((day) => day.features);
  const targets = new Map(
    days.flatMap((day) => day.labels.map((label) => [label.timestamp, label.target] as const)),
  );
  const withTarget = (wanted: number | null) =>
    rows.filter((row) => (targets.get(row.timestamp) ?? null) === wanted).length;
  return {
    days: days.length,
    first_date: days[0]?.date ?? null,
    last_date: days.at(-1)?.date ?? null,
    rows_per_day: Object.fromEntries(days.map((day) => [day.date, day.features.length])),
    completeness: Object.fromEntries(featureNames.map((name, index) => [name, presentFraction(rows, index)])),
    label_balance: {
      sell: withTarget(-1),
      hold: withTarget(0),
      buy: withTarget(1),
      unlabelled: withTarget(null),
    },
  };
}

function presentFraction(rows: readonly FeatureRow[], index: number): number {
  if (rows.length === 0) return 0;
  return rows.filter((row) => !Number.isNaN(row.values[index])).length / rows.length;
}
