import type { Column, ColumnTable } from '../lake/column-table.ts';
import {
  type FieldReader,
  momentOf,
  numberOf,
  type TableShape,
  wrongField,
} from '../market/import/table-shape.ts';
import { sessionDate } from '../market/indian-time.ts';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';

/** What the old system said or did at one moment, kept apart from ours so that the two can be compared. */
export interface ImportedRecord {
  readonly timestampMs: number;
  readonly exchange: Exchange;
  readonly action: 'BUY' | 'SELL' | 'HOLD' | null;
  readonly confidence: number | null;
  readonly probability_sell: number | null;
  readonly probability_hold: number | null;
  readonly probability_buy: number | null;
  readonly executed: boolean | null;
  readonly quantity_lots: number | null;
  /** Rupees. */
  readonly pnl: number | null;
  readonly reason: string | null;
  readonly model_version: string | null;
  /** The whole record as it was, as JSON. */
  readonly record: string;
}

/** Why a record was not kept. */
export const RECORD_SKIP_REASONS = {
  other_exchange: 'an exchange that is none of ours',
} as const;
export type RecordSkipReason = keyof typeof RECORD_SKIP_REASONS;

type RecordField =
  | 'timestamp'
  | 'exchange'
  | 'action'
  | 'confidence'
  | 'sell'
  | 'hold'
  | 'buy'
  | 'executed'
  | 'quantity'
  | 'pnl'
  | 'reason'
  | 'model';

const COLUMNS: TableShape<RecordField>['columns'] = {
  timestamp: { names: ['timestamp', 'time', 'created_at'], required: true },
  exchange: { names: ['exchange', 'segment'], required: true },
  action: { names: ['signal', 'action', 'recommendation', 'side'] },
  confidence: { names: ['confidence'] },
  sell: { names: ['sell_prob', 'prob_sell', 'probability_sell'] },
  hold: { names: ['hold_prob', 'prob_hold', 'probability_hold'] },
  buy: { names: ['buy_prob', 'prob_buy', 'probability_buy'] },
  executed: { names: ['executed', 'execute'] },
  quantity: { names: ['quantity_lots', 'recommended_lots', 'lots'] },
  pnl: { names: ['pnl', 'realized_pnl', 'realised_pnl', 'pnl_rupees'] },
  reason: { names: ['reason', 'rationale', 'constraint_reason'] },
  model: { names: ['model_version', 'model'] },
};

/** The tracker's table `paper_trading_metrics`: what its paper trader did with each signal. */
export const PAPER_TRADING_METRICS: TableShape<RecordField> = {
  table: 'paper_trading_metrics',
  columns: COLUMNS,
  oneOf: ['executed', 'pnl'],
};

/** A line of its recommendation logs (JSONL). */
export const RECOMMENDATION_LOG: TableShape<RecordField> = {
  table: 'recommendation log',
  columns: COLUMNS,
  oneOf: ['action', 'confidence'],
};

/** Reads one row; `whole` is the row as it was. Throws RejectedInput that names the field. */
export function parseRecord(
  field: FieldReader<RecordField>,
  whole: Readonly<Record<string, unknown>>,
): ImportedRecord | RecordSkipReason {
  const timestampMs = momentOf('timestamp', field('timestamp'));
  const exchange = exchangeSchema.safeParse(field('exchange').trim());
  if (!exchange.success) return 'other_exchange';
  return {
    ...{ timestampMs, exchange: exchange.data, action: actionOf(field('action')) },
    confidence: numberOf('confidence', field('confidence')),
    probability_sell: numberOf('sell_prob', field('sell')),
    probability_hold: numberOf('hold_prob', field('hold')),
    probability_buy: numberOf('buy_prob', field('buy')),
    executed: flagOf(field('executed')),
    quantity_lots: numberOf('quantity_lots', field('quantity')),
    pnl: numberOf('pnl', field('pnl')),
    reason: field('reason').trim() || null,
    model_version: field('model').trim() || null,
    record: JSON.stringify(whole),
  };
}

function actionOf(text: string): ImportedRecord['action'] {
  const word = text.trim().toUpperCase();
  if (word === '') return null;
  if (word === 'BUY' || word === 'SELL' || word === 'HOLD') return word;
  throw wrongField('signal', 'BUY, SELL, HOLD or blank', text);
}

const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, '1': true, yes: true, executed: true },
  ...{ false: false, f: false, '0': false, no: false, rejected: false },
};

function flagOf(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (word === '') return null;
  const flag = FLAGS[word];
  if (flag === undefined) throw wrongField('executed', 'true, false or blank', text);
  return flag;
}

/** Kinds of imported records, as the lake's folders name them. */
export type ImportedKind = 'paper_trading_metrics' | 'recommendations';

/** Key of a day of imported records: apart from ours (`imported/`), named by content. */
export function importedKey(kind: ImportedKind, exchange: Exchange, date: string, sha256: string): string {
  return `imported/kind=${kind}/exchange=${exchange}/date=${date}/${sha256.slice(0, 16)}.parquet`;
}

/** Records by exchange and Indian date, each by time. */
export function recordDays(
  records: readonly ImportedRecord[],
): { exchange: Exchange; date: string; records: ImportedRecord[] }[] {
  const days = Map.groupBy(records, (one) => `${sessionDate(one.timestampMs)} ${one.exchange}`);
  return [...days.keys()].sort().map((key) => {
    const [date, exchange] = key.split(' ') as [string, Exchange];
    return { exchange, date, records: days.get(key)!.toSorted((a, b) => a.timestampMs - b.timestampMs) };
  });
}

const DOUBLES = [
  ...(['confidence', 'probability_sell', 'probability_hold', 'probability_buy'] as const),
  ...(['quantity_lots', 'pnl'] as const),
];

/** Records as the lake holds them. */
export function recordTable(records: readonly ImportedRecord[]): ColumnTable {
  const text = (name: 'exchange' | 'action' | 'reason' | 'model_version' | 'record'): Column => ({
    name,
    type: 'string',
    values: records.map((one) => one[name]),
  });
  const double = (name: (typeof DOUBLES)[number]): Column => ({
    name,
    type: 'double',
    values: records.map((one) => one[name]),
  });
  return {
    rows: records.length,
    columns: [
      { name: 'timestamp', type: 'timestamp', values: records.map(({ timestampMs }) => timestampMs) },
      text('exchange'),
      text('action'),
      ...DOUBLES.map(double),
      { name: 'executed', type: 'boolean', values: records.map(({ executed }) => executed) },
      text('reason'),
      text('model_version'),
      text('record'),
    ],
  };
}
