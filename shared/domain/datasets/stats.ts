import { type DayColumns, NO_TARGET } from './day-columns.ts';
import type { ExchangeStats, LabelBalance } from './manifest.ts';

/** Collects the summary of an exchange's days, one at a time: nothing of a day is kept but counts. */
export interface StatsCollector {
  /** Days come by rising date. */
  add(day: DayColumns): void;
  /** Without rows the completeness is 0 for every feature. */
  stats(): ExchangeStats;
}

/** Opens a collector for days with these features. */
export function collectStats(featureNames: readonly string[]): StatsCollector {
  const rowsPerDay: [string, number][] = [];
  const present = new Float64Array(featureNames.length);
  const targets = new TargetCounts();
  const sessionTargets = new TargetCounts();
  let rows = 0;
  let hasSession = false;
  return {
    add(day) {
      rowsPerDay.push([day.date, day.rows]);
      rows += day.rows;
      for (const [at, values] of day.features.entries()) present[at]! += presentCells(values);
      targets.add(day.targets, day.rows);
      hasSession ||= day.sessionTargets !== null;
      // A day whose labels know no session target counts as unlabelled, so that both balances add up to the rows.
      sessionTargets.add(day.sessionTargets, day.rows);
    },
    stats: () => ({
      days: rowsPerDay.length,
      first_date: rowsPerDay[0]?.[0] ?? null,
      last_date: rowsPerDay.at(-1)?.[0] ?? null,
      rows_per_day: Object.fromEntries(rowsPerDay),
      completeness: Object.fromEntries(
        featureNames.map((name, at) => [name, rows === 0 ? 0 : present[at]! / rows]),
      ),
      label_balance: targets.balance(),
      session_label_balance: hasSession ? sessionTargets.balance() : null,
    }),
  };
}

class TargetCounts {
  /** Of -1, 0 and 1. */
  private readonly counts = [0, 0, 0];
  private rows = 0;

  add(targets: Int8Array | null, rows: number): void {
    this.rows += rows;
    for (const target of targets ?? []) if (target !== NO_TARGET) this.counts[target + 1]! += 1;
  }

  balance(): LabelBalance {
    const [sell, hold, buy] = this.counts as [number, number, number];
    return { sell, hold, buy, unlabelled: this.rows - sell - hold - buy };
  }
}

function presentCells(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}
