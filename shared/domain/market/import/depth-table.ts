import type { Depth } from '../snapshot.ts';
import { type FieldReader, momentOf, numberOf, type TableShape, wrongField } from './table-shape.ts';

/** The tracker's table `order_book_depth_snapshots`: one row a level (or the best only) of one side of a contract. */
export const ORDER_BOOK_DEPTH: TableShape<DepthField> = {
  table: 'order_book_depth_snapshots',
  columns: {
    timestamp: { names: ['timestamp', 'time'], required: true },
    symbol: { names: ['symbol', 'tradingsymbol', 'trading_symbol'], required: true },
    side: { names: ['side', 'book_side', 'buy_sell'], required: true },
    level: { names: ['level', 'depth_level', 'position'], required: true },
    price: { names: ['price', 'level_price'], required: true },
    quantity: { names: ['quantity', 'qty', 'level_quantity'], required: true },
    orders: { names: ['orders', 'order_count'] },
  },
  oneOf: [],
};
type DepthField = 'timestamp' | 'symbol' | 'side' | 'level' | 'price' | 'quantity' | 'orders';

/** One level of one side of a contract's book. */
export interface DepthRow {
  readonly timestampMs: number;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** The lowest is the best, whether they count from 0 or 1. */
  readonly level: number;
  readonly price: number;
  readonly quantity: number;
  readonly orders: number | undefined;
}

/** Why a row of the table gave nothing. */
export const DEPTH_SKIP_REASONS = {
  no_level: 'a level without price or quantity',
  beyond_five: 'a level beyond the fifth',
} as const;
export type DepthSkipReason = keyof typeof DEPTH_SKIP_REASONS;

const SIDES: Readonly<Record<string, 'buy' | 'sell'>> = {
  ...{ buy: 'buy', bid: 'buy', b: 'buy' },
  ...{ sell: 'sell', ask: 'sell', offer: 'sell', s: 'sell' },
};

/** Reads one row. Throws RejectedInput that names the field. */
export function parseDepthRow(field: FieldReader<DepthField>): DepthRow | DepthSkipReason {
  const timestampMs = momentOf('timestamp', field('timestamp'));
  const symbol = field('symbol').trim();
  if (symbol === '') throw wrongField('symbol', 'a contract', '');
  const side = SIDES[field('side').trim().toLowerCase()];
  if (side === undefined) throw wrongField('side', 'buy or sell (bid or ask)', field('side'));
  const level = numberOf('level', field('level'), 0);
  const price = numberOf('price', field('price'), 0);
  const quantity = numberOf('quantity', field('quantity'), 0);
  const orders = numberOf('orders', field('orders'), 0) ?? undefined;
  for (const [name, count] of [
    ['level', level],
    ['quantity', quantity],
    ['orders', orders],
  ] as const) {
    if (count !== null && count !== undefined && !Number.isSafeInteger(count))
      throw wrongField(name, 'a whole number', String(count));
  }
  if (level === null || price === null || quantity === null) return 'no_level';
  return level > 5 ? 'beyond_five' : { timestampMs, symbol, side, level, price, quantity, orders };
}

/** The book of one contract at one moment, the best first; of a level given twice the first counts. */
export function depthOf(rows: readonly DepthRow[]): Depth {
  const levels = (side: 'buy' | 'sell'): Depth['buy'] => {
    const byLevel = new Map<number, DepthRow>();
    for (const row of rows) if (row.side === side && !byLevel.has(row.level)) byLevel.set(row.level, row);
    return [...byLevel.values()]
      .sort((a, b) => a.level - b.level)
      .slice(0, 5)
      .map(({ price, quantity, orders }) => ({
        ...{ price, quantity },
        ...(orders === undefined ? {} : { orders }),
      }));
  };
  return { buy: levels('buy'), sell: levels('sell') };
}
