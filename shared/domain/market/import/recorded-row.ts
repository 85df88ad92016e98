import { RejectedInput } from '../../../errors.ts';

/** The columns the importer reads; a file may have more (`exchange`, `oi_change`, `lot`), in any order. */
export const RECORDED_COLUMNS = [
  'timestamp',
  'symbol',
  'expiry',
  'strike',
  'option_type',
  'ltp',
  'oi',
  'volume',
  'iv',
  'bid',
  'ask',
  'underlying',
] as const;
export type RecordedColumn = (typeof RECORDED_COLUMNS)[number];

/** One row of a recorded chain, read but not yet assigned to a chain. Prices in points, OI and volume in units. */
export interface RecordedRow {
  /** Indian date and time, `YYYY-MM-DD HH:MM:SS`. */
  readonly timestamp: string;
  /** The underlying's name as the file has it (`NIFTY`). */
  readonly symbol: string;
  readonly expiry: string;
  readonly strike: number;
  readonly optionType: 'CE' | 'PE';
  readonly ltp: number | null;
  readonly oi: number | null;
  readonly volume: number | null;
  /** Percent; null when blank, and when below 1: there the source had none (`ivBelowOne` says so). */
  readonly ivPct: number | null;
  readonly ivBelowOne: boolean;
  readonly bid: number | null;
  readonly ask: number | null;
  /** In units; recordings have none, the exchanges' own answers do. */
  readonly bidQuantity?: number | null;
  readonly askQuantity?: number | null;
  readonly underlying: number | null;
}

/** Sources write a tiny number where no implied volatility could be computed. */
const LEAST_IV_PCT = 1;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/**
 * Reads the fields of one row; `field(column)` gives the text, blank for no value. Blank becomes null, never 0.
 * Throws RejectedInput that names the column, what was expected and what it was.
 */
export function parseRecordedRow(field: (column: RecordedColumn) => string): RecordedRow {
  const ivPct = amount('iv', field('iv'));
  const ivBelowOne = ivPct !== null && ivPct < LEAST_IV_PCT;
  return {
    timestamp: timestampOf(field('timestamp')),
    symbol: required('symbol', field('symbol')),
    expiry: dateOf('expiry', field('expiry')),
    strike: positive('strike', field('strike')),
    optionType: optionTypeOf(field('option_type')),
    ltp: amount('ltp', field('ltp')),
    oi: units('oi', field('oi')),
    volume: units('volume', field('volume')),
    ivPct: ivBelowOne ? null : ivPct,
    ivBelowOne,
    bid: amount('bid', field('bid')),
    ask: amount('ask', field('ask')),
    underlying: field('underlying').trim() === '' ? null : positive('underlying', field('underlying')),
  };
}

function timestampOf(text: string): string {
  const date = TIMESTAMP.exec(text)?.[1];
  if (date === undefined || !isDate(date)) throw wrong('timestamp', 'a time like 2025-08-29 09:22:45', text);
  return text;
}

function dateOf(column: RecordedColumn, text: string): string {
  if (!isDate(text)) throw wrong(column, 'a date like 2025-09-02', text);
  return text;
}

/** A calendar date that exists; plain arithmetic, because a day's file asks 700,000 times. */
function isDate(text: string): boolean {
  const parts = DATE.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

function required(column: RecordedColumn, text: string): string {
  if (text.trim() === '') throw wrong(column, 'a value', text);
  return text.trim();
}

function optionTypeOf(text: string): 'CE' | 'PE' {
  if (text !== 'CE' && text !== 'PE') throw wrong('option_type', 'CE or PE', text);
  return text;
}

function amount(column: RecordedColumn, text: string): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw wrong(column, 'a number of at least 0 or blank', text);
  return value;
}

function units(column: RecordedColumn, text: string): number | null {
  const value = amount(column, text);
  if (value !== null && !Number.isSafeInteger(value)) throw wrong(column, 'a whole number or blank', text);
  return value;
}

function positive(column: RecordedColumn, text: string): number {
  const value = amount(column, text);
  if (value === null || value === 0) throw wrong(column, 'a number above 0', text);
  return value;
}

function wrong(column: RecordedColumn, expected: string, was: string): RejectedInput {
  return new RejectedInput(`${column}: expected ${expected}, was ${was === '' ? 'blank' : was}`, {
    field: column,
  });
}
