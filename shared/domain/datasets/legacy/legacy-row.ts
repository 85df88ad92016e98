import { momentOf, numberOf, type TableShape, wrongField } from '../../market/import/table-shape.ts';
import { sessionDate } from '../../market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../market/snapshot.ts';

export type LegacyField =
  | 'batch_id'
  | 'exchange'
  | 'timestamp'
  | 'target'
  | 'created_at'
  | 'from_date'
  | 'to_date'
  | 'underlying_price';

/**
 * An export of the tracker's `training_batches`, one row per training row: the columns below, and one column for each
 * feature under its tracker-v2 name. Features without a column are missing in every row; other columns are not read.
 */
export const LEGACY_SHAPE: TableShape<LegacyField> = {
  table: 'training_batches',
  columns: {
    batch_id: { names: ['batch_id'], required: true },
    exchange: { names: ['exchange'], required: true },
    timestamp: { names: ['timestamp'], required: true },
    target: { names: ['target', 'label'], required: true },
    created_at: { names: ['created_at'], required: true },
    from_date: { names: ['from_date', 'start_date'] },
    to_date: { names: ['to_date', 'end_date'] },
    underlying_price: { names: ['underlying_price'] },
  },
  oneOf: [],
};

/** One training row of the tracker. */
export interface LegacyRow {
  readonly batchId: string;
  readonly exchange: Exchange;
  readonly timestampMs: number;
  /** The Indian date of its session. */
  readonly date: string;
  /** When the batch was made, epoch milliseconds. */
  readonly createdMs: number;
  readonly target: -1 | 0 | 1 | null;
  /** Index points; null when the export has none. */
  readonly underlyingPrice: number | null;
  /** In the order of the names that were asked for; NaN where missing. */
  readonly values: Float64Array;
}

const BATCH_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TARGETS: ReadonlyMap<string, -1 | 0 | 1> = new Map([
  ['-1', -1],
  ['0', 0],
  ['1', 1],
  ['sell', -1],
  ['hold', 0],
  ['buy', 1],
]);
const INFINITE = /^([+-]?)inf(inity)?$/i;

/**
 * Reads one row; `field` gives the text of a column, `whole` all columns by their names in the file.
 * @throws RejectedInput that names the field, what was expected and what it was.
 */
export function parseLegacyRow(
  field: (name: LegacyField) => string,
  whole: Readonly<Record<string, string>>,
  featureNames: readonly string[],
): LegacyRow {
  const timestampMs = momentOf('timestamp', field('timestamp'));
  const row = {
    batchId: batchIdOf(field('batch_id')),
    exchange: exchangeOf(field('exchange')),
    timestampMs,
    date: sessionDate(timestampMs),
    createdMs: momentOf('created_at', field('created_at')),
    target: targetOf(field('target')),
    underlyingPrice: numberOf('underlying_price', field('underlying_price'), 0),
    values: Float64Array.from(featureNames, (name) => cellOf(name, whole[name] ?? '')),
  };
  assertInRange(row, field);
  return row;
}

/** Capitals and underscores make no difference: the id becomes part of a version's name. */
function batchIdOf(text: string): string {
  const id = text.trim().toLowerCase().replaceAll('_', '-');
  if (BATCH_ID.test(id)) return id;
  throw wrongField('batch_id', 'letters, digits and hyphens, at most 64', text);
}

function exchangeOf(text: string): Exchange {
  const found = EXCHANGES.find((name) => name === text.trim().toUpperCase());
  if (found !== undefined) return found;
  throw wrongField('exchange', `one of ${EXCHANGES.join(', ')}`, text);
}

function targetOf(text: string): LegacyRow['target'] {
  const word = text.trim().toLowerCase().replace(/\.0+$/, '');
  const target = TARGETS.get(word);
  if (target !== undefined) return target;
  // Blank and the words for nothing are no label; any other number is none of the three classes.
  if (numberOf('target', text) === null) return null;
  throw wrongField('target', '-1, 0, 1 or blank', text);
}

function cellOf(name: string, text: string): number {
  const [, sign] = INFINITE.exec(text.trim()) ?? [];
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return numberOf(name, text) ?? Number.NaN;
}

function assertInRange({ date }: { readonly date: string }, field: (name: LegacyField) => string): void {
  const from = field('from_date').trim().slice(0, 10);
  const to = field('to_date').trim().slice(0, 10);
  if (from !== '' && date < from) throw wrongField('timestamp', `a day from ${from} on`, date);
  if (to !== '' && date > to) throw wrongField('timestamp', `a day up to ${to}`, date);
}
