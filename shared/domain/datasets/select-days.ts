import type { DayFileRow } from '../lake/registry-rows.ts';
import { epochMs } from '../market/indian-time.ts';

/** The two files of one exchange's day, made from one chain. */
export interface SelectedDay {
  readonly date: string;
  readonly features: DayFileRow;
  readonly labels: DayFileRow;
}

export const LEFT_OUT_REASONS = {
  recorded_after_cutoff:
    'everything in its files was recorded after the knowledge cutoff, or together with later rows',
  no_matching_labels: 'no labels made from the same chain as its features',
  too_few_rows: 'fewer feature rows than config/datasets asks for',
  too_few_days: 'its exchange has fewer days than config/datasets asks for',
} as const;
export type LeftOutReason = keyof typeof LEFT_OUT_REASONS;

export interface LeftOutDay {
  readonly date: string;
  readonly reason: LeftOutReason;
}

export interface DaySelection {
  /** By date. */
  readonly days: readonly SelectedDay[];
  readonly leftOut: readonly LeftOutDay[];
}

export interface SelectionRules {
  /** ISO date-time: files that hold anything recorded later are not used. */
  readonly knowledgeCutoff: string;
  readonly minRowsPerDay: number;
  readonly minDays: number;
}

/**
 * Chooses each day's files as they counted at the knowledge cutoff: the newest revision of the features that holds
 * nothing recorded later and has labels of the same chain, and of those labels the newest. The order of the
 * revisions makes no difference.
 */
export function selectDays(
  features: readonly DayFileRow[],
  labels: readonly DayFileRow[],
  rules: SelectionRules,
): DaySelection {
  const labelsOf = Map.groupBy(labels, (row) => row.date);
  const days: SelectedDay[] = [];
  const leftOut: LeftOutDay[] = [];
  for (const [date, revisions] of Map.groupBy(features, (row) => row.date)) {
    const chosen = selectDay(date, revisions, labelsOf.get(date) ?? [], rules);
    if (typeof chosen === 'string') leftOut.push({ date, reason: chosen });
    else days.push(chosen);
  }
  if (days.length < rules.minDays) {
    leftOut.push(...days.map(({ date }) => ({ date, reason: 'too_few_days' as const })));
    days.length = 0;
  }
  return { days: days.sort(byDate), leftOut: leftOut.sort(byDate) };
}

function selectDay(
  date: string,
  features: readonly DayFileRow[],
  labels: readonly DayFileRow[],
  { knowledgeCutoff, minRowsPerDay }: SelectionRules,
): SelectedDay | LeftOutReason {
  const cutoffMs = epochMs(knowledgeCutoff);
  const known = features.filter((row) => epochMs(row.last_recorded_at) <= cutoffMs).sort(newestFirst);
  if (known.length === 0) return 'recorded_after_cutoff';
  const newestLabels = [...labels].sort(newestFirst);
  for (const row of known) {
    const match = newestLabels.find(({ source_sha256 }) => source_sha256 === row.source_sha256);
    if (match === undefined) continue;
    return row.rows < minRowsPerDay ? 'too_few_rows' : { date, features: row, labels: match };
  }
  return 'no_matching_labels';
}

function newestFirst(a: DayFileRow, b: DayFileRow): number {
  return b.revision - a.revision;
}

function byDate(a: { readonly date: string }, b: { readonly date: string }): number {
  return a.date < b.date ? -1 : Number(a.date > b.date);
}
