import { RejectedInput } from '../../../errors.ts';
import { epochMs, IST_OFFSET_MS, sessionDate, utcIso } from '../indian-time.ts';

/** The columns read from the tracker's table `option_chain_snapshots`; its prices are left alone on purpose. */
export const SPARSE_COLUMNS = [
  'timestamp',
  'exchange',
  'strike',
  'option_type',
  'symbol',
  'oi',
  'underlying_price',
  'time_to_expiry_seconds',
] as const;
export type SparseColumn = (typeof SPARSE_COLUMNS)[number];

/** One stored leg of the tracker's table. */
export interface SparseRow {
  readonly timestampMs: number;
  /** As the file has it; not necessarily one that is followed. */
  readonly exchange: string;
  readonly strike: number;
  readonly optionType: 'CE' | 'PE';
  readonly symbol: string;
  /** Units; null when the tracker had none. */
  readonly oi: number | null;
  readonly underlyingPrice: number | null;
  /** YYYY-MM-DD, from the time to expiry; null where the tracker stored none. */
  readonly expiry: string | null;
}

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * Reads the fields of one row; `field(column)` gives the text, blank for no value. A time without offset is Indian.
 * Throws RejectedInput that names the column, what was expected and what it was.
 */
export function parseSparseRow(field: (column: SparseColumn) => string): SparseRow {
  const timestampMs = momentOf(field('timestamp'));
  const secondsLeft = amount('time_to_expiry_seconds', field('time_to_expiry_seconds'), -Infinity);
  const oi = amount('oi', field('oi'));
  if (oi !== null && !Number.isSafeInteger(oi)) throw wrong('oi', 'a whole number or blank', field('oi'));
  const strike = amount('strike', field('strike'));
  if (!strike) throw wrong('strike', 'a number above 0', field('strike'));
  return {
    timestampMs,
    exchange: required('exchange', field('exchange')),
    strike,
    optionType: optionTypeOf(field('option_type')),
    symbol: required('symbol', field('symbol')),
    oi,
    underlyingPrice: amount('underlying_price', field('underlying_price')) || null,
    expiry: secondsLeft === null ? null : sessionDate(timestampMs + secondsLeft * 1000),
  };
}

/** The Indian wall-clock time with offset, as snapshots state it. Example: `2025-12-04T12:35:00.250+05:30`. */
export function indianIso(ms: number): string {
  return utcIso(ms + IST_OFFSET_MS)
    .replace('.000Z', '+05:30')
    .replace('Z', '+05:30');
}

function momentOf(text: string): number {
  const [, date, clock, fraction = '', offset = '+05:30'] = TIME.exec(text.trim()) ?? [];
  const zone = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset.replace(/^(.\d{2})(\d{2})$/, '$1:$2');
  const ms = epochMs(`${date}T${clock}${fraction.slice(0, 4)}${zone}`);
  const exists = date !== undefined && utcIso(epochMs(`${date}T00:00:00Z`) || 0).startsWith(date);
  if (Number.isNaN(ms) || !exists) throw wrong('timestamp', 'a time like 2025-12-04 12:35:00', text);
  return ms;
}

function required(column: SparseColumn, text: string): string {
  if (text.trim() === '') throw wrong(column, 'a value', text);
  return text.trim();
}

function optionTypeOf(text: string): 'CE' | 'PE' {
  if (text !== 'CE' && text !== 'PE') throw wrong('option_type', 'CE or PE', text);
  return text;
}

/** Exports of whole-number columns with gaps say `1234.0`. */
function amount(column: SparseColumn, text: string, least = 0): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) {
    throw wrong(column, least === 0 ? 'a number of at least 0 or blank' : 'a number or blank', text);
  }
  return value;
}

function wrong(column: SparseColumn, expected: string, was: string): RejectedInput {
  return new RejectedInput(`${column}: expected ${expected}, was ${was === '' ? 'blank' : was}`, {
    field: column,
  });
}
