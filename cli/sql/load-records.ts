import { addDays } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { SqlDatabase } from '../../shared/ports/sql-database.ts';
import { archivedRecords } from './archived-records.ts';
import { ANY_DAY, type LakeScope } from './lake-sessions.ts';
import { RECORD_COLUMNS, type RecordView, recordTable } from './record-tables.ts';

export interface RecordSources {
  readonly bucket: ObjectStore;
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

/** What may not have reached the archive yet is of these last days; the table has it. */
const ARCHIVED_AFTER_DAYS = 1;

/**
 * Makes the table of the records of a scope: recommendations and trades from the archive in the lake, recommendations
 * that are not in it yet from the table, outcomes from the table, feedback and orders from the archive alone. @returns how many there are.
 */
export async function loadRecords(
  sources: RecordSources,
  scope: LakeScope,
  view: RecordView,
): Promise<number> {
  const today = await sources.today();
  const dates = recordDays(scope, today, sources.calendarFrom);
  const records = await recordsOf(sources, scope, view, dates, addDays(today, -ARCHIVED_AFTER_DAYS));
  await recordTable(sources.database, sources.cache, view, RECORD_COLUMNS[view], records);
  return records.length;
}

async function recordsOf(
  sources: RecordSources,
  { exchanges }: LakeScope,
  view: RecordView,
  dates: readonly string[],
  recentFrom: string,
): Promise<object[]> {
  const { recommendations: store, bucket } = sources;
  const isAsked = (exchange: unknown) => exchanges.some((name) => name === exchange);
  if (view === 'outcomes') return dayByDay(sources, exchanges, dates, store.outcomesOfDay);
  // An operator's word names no exchange, or all: it is shown whatever exchanges are asked for.
  if (view === 'feedback') return archivedRecords(bucket, 'feedback', dates);
  if (view === 'controls') return archivedRecords(bucket, 'control', dates);
  if (view === 'trades') {
    const trades = await archivedRecords(bucket, 'trade', dates);
    // A trade need not say where it was made.
    return trades.filter(({ exchange }) => exchange === null || isAsked(exchange));
  }
  const archived = (await archivedRecords(bucket, 'recommendation', dates)).filter(({ exchange }) =>
    isAsked(exchange),
  );
  const known = new Set(archived.map(({ id }) => id));
  const recent = await dayByDay(
    sources,
    exchanges,
    dates.filter((date) => date >= recentFrom),
    store.ofDay,
  );
  return [...archived, ...recent.filter((one) => !known.has((one as { id: string }).id))];
}

async function dayByDay(
  { looked }: RecordSources,
  exchanges: readonly Exchange[],
  dates: readonly string[],
  read: (exchange: Exchange, date: string) => Promise<object[]>,
): Promise<object[]> {
  const days = dates.flatMap((date) => exchanges.map((exchange) => ({ exchange, date })));
  const found: object[][] = [];
  let [next, done] = [0, 0];
  const worker = async () => {
    for (let at = next++; at < days.length; at = next++) {
      const { exchange, date } = days[at]!;
      found[at] = await read(exchange, date);
      looked(++done, days.length);
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, worker));
  return found.flat();
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
