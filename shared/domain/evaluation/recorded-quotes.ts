import { type QuotedMinute, type SessionQuotes, sessionQuotes } from '../backtest/session-quotes.ts';
import { type Cell, type ColumnTable, column } from '../lake/column-table.ts';
import { minuteOfDay, minuteStamp } from '../market/indian-time.ts';

/** The columns of a compacted chain day that a replay needs. */
export const QUOTE_COLUMNS = [
  'timestamp',
  'revised',
  'expiry',
  'atm_strike',
  'strike',
  'option_type',
  'ltp',
  'volume',
  'best_bid',
  'best_ask',
] as const;

/** Rows of one snapshot: from `first` up to, not including, `end`. */
interface Run {
  readonly first: number;
  readonly end: number;
}

/**
 * The traded chain of one session out of its compacted day (rows by time, those of one snapshot next to each other):
 * of each minute the last snapshot that counts. A chain that changed its expiry within the day is taken as far as it has
 * the first one. Null when no row counts.
 * @throws RangeError naming a column that the table does not have.
 */
export function recordedQuotes(table: ColumnTable): SessionQuotes | null {
  const at = Object.fromEntries(QUOTE_COLUMNS.map((name) => [name, column(table, name)])) as Columns;
  const minutes = [...lastOfMinute(at, table.rows)];
  const expiry = minutes[0] === undefined ? '' : (at.expiry[minutes[0].first] as string);
  const rows = minutes.filter(({ first }) => at.expiry[first] === expiry);
  return sessionQuotes(
    expiry,
    rows.map((run) => quotedMinute(at, run)),
  );
}

type Columns = Readonly<Record<(typeof QUOTE_COLUMNS)[number], readonly Cell[]>>;

function lastOfMinute({ timestamp, revised }: Columns, rows: number): Iterable<Run> {
  const runs = new Map<number, Run>();
  for (let first = 0, end = 0; first < rows; first = end) {
    end = first + 1;
    while (end < rows && timestamp[end] === timestamp[first] && revised[end] === revised[first]) end++;
    if (revised[first] !== true) runs.set(minuteStamp(timestamp[first] as number), { first, end });
  }
  return runs.values();
}

function quotedMinute(at: Columns, { first, end }: Run): QuotedMinute {
  const cell = <T extends Cell>(name: keyof Columns, row: number) => (at[name][row] ?? null) as T;
  const price = (name: 'ltp' | 'volume' | 'best_bid' | 'best_ask', row: number) =>
    cell<number | null>(name, row);
  return {
    minute: minuteOfDay(at.timestamp[first] as number),
    atmStrike: cell<number | null>('atm_strike', first) ?? Number.NaN,
    legs: Array.from({ length: end - first }, (_, leg) => {
      const row = first + leg;
      return {
        strike: cell<number>('strike', row),
        option_type: cell<'CE' | 'PE'>('option_type', row),
        ltp: price('ltp', row),
        oi: null,
        volume: price('volume', row),
        best_bid: price('best_bid', row),
        best_ask: price('best_ask', row),
      };
    }),
  };
}
