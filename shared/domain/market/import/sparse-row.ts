import { IST_OFFSET_MS, sessionDate, utcIso } from '../indian-time.ts';
import { momentOf, wrongField } from './table-shape.ts';

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

/**
 * Reads the fields of one row; `field(column)` gives the text, blank for no value. The time is one of `momentOf`.
 * Throws RejectedInput that names the column, what was expected and what it was.
 */
export function parseSparseRow(field: (column: SparseColumn) => string): SparseRow {
  const timestampMs = momentOf('timestamp', field('timestamp'));
  const secondsLeft = amount('time_to_expiry_seconds', field('time_to_expiry_seconds'), -Infinity);
  const oi = amount('oi', field('oi'));
  if (oi !== null && !Number.isSafeInteger(oi))
    throw wrongField('oi', 'a whole number or blank', field('oi'));
  const strike = amount('strike', field('strike'));
  if (!strike) throw wrongField('strike', 'a number above 0', field('strike'));
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

function required(column: SparseColumn, text: string): string {
  if (text.trim() === '') throw wrongField(column, 'a value', text);
  return text.trim();
}

function optionTypeOf(text: string): 'CE' | 'PE' {
  if (text !== 'CE' && text !== 'PE') throw wrongField('option_type', 'CE or PE', text);
  return text;
}

/** Exports of whole-number columns with gaps say `1234.0`. */
function amount(column: SparseColumn, text: string, least = 0): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) {
    throw wrongField(column, least === 0 ? 'a number of at least 0 or blank' : 'a number or blank', text);
  }
  return value;
}
