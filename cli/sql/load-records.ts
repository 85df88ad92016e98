import { addDays } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { SqlDatabase } from '../../shared/ports/sql-database.ts';
import { ANY_DAY, type LakeScope } from './lake-sessions.ts';
import { OUTCOME_COLUMNS, RECOMMENDATION_COLUMNS, recordTable } from './record-tables.ts';

export interface RecordSources {
  readonly recommendations: RecommendationStore;
  readonly database: SqlDatabase;
  /** Where fetched files are kept. */
  readonly cache: string;
  /** The environment's own Indian date. */
  today(): Promise<string>;
  /** The first day that the exchanges' calendars know. */
  readonly calendarFrom: string;
  /** Told while days are being looked through. */
  readonly looked: (done: number, total: number) => void;
}

/** The store answers in a millisecond or ten, and lists no days: so many are asked at once. */
const LOOKS_AT_ONCE = 16;

/** Makes the table of the records of a scope. @returns how many it has. */
export async function loadRecords(
  sources: RecordSources,
  scope: LakeScope,
  view: 'recommendations' | 'outcomes',
): Promise<number> {
  const { database, cache, recommendations: store } = sources;
  const dates = recordDays(scope, await sources.today(), sources.calendarFrom);
  const days = dates.flatMap((date) => scope.exchanges.map((exchange) => ({ exchange, date })));
  const isOutcomes = view === 'outcomes';
  const read = (exchange: Exchange, date: string): Promise<object[]> =>
    isOutcomes ? store.outcomesOfDay(exchange, date) : store.ofDay(exchange, date);
  const found: object[][] = [];
  let [next, done] = [0, 0];
  const worker = async () => {
    for (let at = next++; at < days.length; at = next++) {
      const { exchange, date } = days[at]!;
      found[at] = await read(exchange, date);
      sources.looked(++done, days.length);
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, worker));
  const records = found.flat();
  await recordTable(database, cache, view, isOutcomes ? OUTCOME_COLUMNS : RECOMMENDATION_COLUMNS, records);
  return records.length;
}

/**
 * Every calendar day that records of a scope can be of, whether the lake has snapshots of it or not: a feature vector
 * may be scored by itself. Where the scope has no first day it is the calendar's, where it has no last one today or
 * the newest session. Example: a last session on Friday, asked on Monday: Friday to Monday.
 */
export function recordDays({ from, to, sessions }: LakeScope, today: string, calendarFrom: string): string[] {
  const first = from === ANY_DAY.from ? calendarFrom : from;
  const newest = sessions.at(-1) ?? today;
  const last = to === ANY_DAY.to ? (newest > today ? newest : today) : to;
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
