import * as z from 'zod';
import { momentSchema } from './moment.ts';

/** More than anything here is worth; what is above is a fault of the source. */
const MOST = 1e9;

/** A price in index points or rupees: finite and never negative; null when the source had no value. */
const price = z.number().finite().nonnegative().max(MOST).nullable().default(null);
/** Open interest, volume and quantities: in units (not lots), whole, never negative; null when missing. */
const units = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullable().default(null);
const percent = z.number().finite().nonnegative().max(MOST).nullable().default(null);

/** The best five prices a side, the best first; prices in rupees, quantities in units. */
const depthLevels = z
  .array(
    z.object({
      price: z.number().finite().nonnegative().max(MOST),
      quantity: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
      orders: z.number().int().nonnegative().optional(),
    }),
  )
  .max(5);
export const depthSchema = z.object({ buy: depthLevels, sell: depthLevels });
export type Depth = z.infer<typeof depthSchema>;

/** Legs of one chain at one moment; the widest here has some hundreds. */
export const MAX_LEGS = 2000;

/** One option of the chain at one moment (contracts.md, ChainSnapshot). Wire names are the tracker's own. */
export const legSchema = z.object({
  symbol: z.string().min(1).max(64),
  strike: z.number().finite().positive().max(MOST),
  option_type: z.enum(['CE', 'PE']),
  ltp: price,
  oi: units,
  volume: units,
  iv: percent,
  best_bid: price,
  best_ask: price,
  bid_quantity: units,
  ask_quantity: units,
  /** Absent when the source has none. */
  depth: depthSchema.optional(),
});
export type Leg = z.infer<typeof legSchema>;

/** A macro value: a plain number, or one with the moment it was known and where it came from. */
const macroValue = z
  .union([
    z.number().finite(),
    z.object({ value: z.number().finite(), as_of: z.iso.datetime({ offset: true }), source: z.string() }),
  ])
  .nullable()
  .default(null);

export const MACRO_KEYS = [
  'fii_dii_net',
  'usdinr_trend',
  'crude_trend',
  'banknifty_correlation',
  'risk_on_score',
  'news_sentiment_score',
  'vix_contango_pct',
  'term_structure_spread',
] as const;
export type MacroKey = (typeof MACRO_KEYS)[number];

export const macroSchema = z.object(
  Object.fromEntries(MACRO_KEYS.map((key) => [key, macroValue])) as Record<MacroKey, typeof macroValue>,
);
export type Macro = z.infer<typeof macroSchema>;

export const EXCHANGES = ['NSE', 'BSE', 'NSE_MONTHLY', 'BANKNIFTY_MONTHLY'] as const;
export type Exchange = (typeof EXCHANGES)[number];
export const exchangeSchema = z.enum(EXCHANGES);

/**
 * One chain at one moment, as the tracker posts it. A missing value is null, never 0; unknown fields are dropped.
 * Example: `{schema:1, exchange:'NSE', timestamp:'2025-12-04T12:35:00+05:30', expiry:'2025-12-09', ...}`.
 */
export const chainSnapshotSchema = z.object({
  schema: z.literal(1),
  exchange: exchangeSchema,
  timestamp: momentSchema,
  sequence: z.number().int().nonnegative().optional(),
  expiry: z.iso.date(),
  underlying_price: z.number().finite().positive().max(MOST),
  underlying_volume: units,
  atm_strike: z.number().finite().positive().max(MOST),
  future_price: price,
  future_oi: units,
  vix: percent,
  macro: macroSchema.nullable().default(null),
  legs: z.array(legSchema).min(1).max(MAX_LEGS),
});
export type ChainSnapshot = z.infer<typeof chainSnapshotSchema>;

/**
 * How a snapshot came: sent in its own minute; sent later from a recording; or rebuilt from an export that holds only
 * legs whose OI changed (`imported_sparse`: OI is carried, prices, volumes, volatilities and quotes are null).
 */
export const ORIGINS = ['live', 'backfill', 'imported_sparse'] as const;
export type Origin = (typeof ORIGINS)[number];

/** A snapshot as the loop keeps it: identified, and stamped with the three times of every record (UTC ISO). */
export interface StoredSnapshot extends ChainSnapshot {
  /** 32 lower-case hex digits of SHA-256 over exchange, UTC timestamp and the canonical content. */
  readonly snapshot_id: string;
  /** When the tracker had it. */
  readonly received_at: string;
  /** Our clock at acceptance. */
  readonly recorded_at: string;
  /** Read by `originOf`: files of earlier versions do not say it. */
  readonly origin?: Origin | undefined;
}

/** Whether a snapshot was rebuilt from an export of changed legs: nothing may be priced from it. */
export function isSparse(snapshot: Origined): boolean {
  return originOf(snapshot) === 'imported_sparse';
}

/** Whether a snapshot was sent in its own minute: what is answered live is answered on such. */
export function isLive(snapshot: Origined): boolean {
  return originOf(snapshot) === 'live';
}

/** How a stored snapshot came; where it does not say, one received before we had it was a backfill. */
export function originOf({ origin, received_at, recorded_at }: Origined): Origin {
  return origin ?? (received_at === recorded_at ? 'live' : 'backfill');
}
type Origined = Pick<StoredSnapshot, 'origin' | 'received_at' | 'recorded_at'>;

/** Checks a snapshot that comes back from a queue. */
export const storedSnapshotSchema: z.ZodType<StoredSnapshot> = chainSnapshotSchema.extend({
  snapshot_id: z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 lower-case hex digits'),
  received_at: z.iso.datetime({ offset: true }),
  recorded_at: z.iso.datetime({ offset: true }),
  origin: z.enum(ORIGINS).optional(),
});
