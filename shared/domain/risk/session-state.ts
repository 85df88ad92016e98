import * as z from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';
import { driftBlockSchema, liveRecordSchema } from './account-totals.ts';

const utc = z.iso.datetime({ offset: true });
const rupees = z.number();

/** A trade's opening, as it was first reported, with what the recorded chain said of its contract then. */
export const openingSchema = z.object({
  at: utc,
  symbol: z.string().min(1),
  side: z.enum(['BUY', 'SELL']),
  lots: z.number().int().positive(),
  /** Lots times lot size. */
  units: z.number().int().positive(),
  /** Premium a unit that was reported. */
  price_rupees: rupees.nonnegative(),
  /** Of one unit of the bought contract at the entry (`contractDelta`); null where the chain does not tell. */
  delta: z.number().min(-1).max(1).nullable(),
  /** Spot in index points at the entry; null where the chain does not tell. */
  underlying: z.number().positive().nullable(),
  recommendation_id: z.ulid().nullable(),
});
export type Opening = z.infer<typeof openingSchema>;

/** A closing as it was first reported: a claim, which only ever makes one wait. */
export const closingSchema = z.object({
  at: utc,
  /** Premium a unit, and profit in all; null where nothing was claimed. */
  price_rupees: rupees.nullable(),
  pnl_rupees: rupees.nullable(),
});
export type Closing = z.infer<typeof closingSchema>;

/** What a trade brought by recorded prices; null where it has none, or its exposure contradicts the action. */
export const tradeResultSchema = z.object({
  /** Results count in the order of their recommendations. */
  recommendation_id: z.ulid(),
  pnl_rupees: rupees.nullable(),
  /** Of two results the later resolved one counts. */
  resolved_at: utc,
});
export type TradeResult = z.infer<typeof tradeResultSchema>;

/** All that is known of one trade of the session; each part is null until then. */
export const bookedTradeSchema = z.object({
  trade_id: z.string().min(1),
  opened: openingSchema.nullable(),
  closed: closingSchema.nullable(),
  result: tradeResultSchema.nullable(),
});
export type BookedTrade = z.infer<typeof bookedTradeSchema>;

/** What the newest drift report of the live bundle says of acting on its answers. */
export const driftStateSchema = driftBlockSchema.extend({ blocks: z.boolean() });
export type DriftState = z.infer<typeof driftStateSchema>;

/** One exchange's session in the `risk` table: facts by trade, from which every total follows. */
export const sessionStateSchema = z.object({
  exchange: exchangeSchema,
  /** Indian date; the trades of an earlier one are forgotten with it. */
  date: z.iso.date(),
  /** By trade id. */
  trades: z.array(bookedTradeSchema),
  drift: driftStateSchema.nullable(),
  live_record: liveRecordSchema.nullable(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

/**
 * A session keeps so many trades of an exchange, those of the lowest ids; then it is full, and nothing more is entered
 * (`accountTotals`). A row of the table holds 400 kB, and nobody trades by hand or by signal as often.
 */
export const MOST_TRADES = 400;

/** Something that became known; in whatever order facts come, and however often, the state is the same. */
export type RiskFact =
  | { readonly kind: 'trade'; readonly date: string; readonly trade: BookedTrade }
  | { readonly kind: 'drift'; readonly drift: DriftState };

/**
 * The state with a fact in it. A trade of a later date begins a new session, one of an earlier date is forgotten; the
 * last word on drift stays from session to session until a later one takes it back. Commutative and idempotent.
 */
export function withFact(state: SessionState, fact: RiskFact): SessionState {
  if (fact.kind === 'drift') return { ...state, drift: newest(state.drift, fact.drift, ({ at }) => at) };
  if (fact.date < state.date) return state;
  const trades = fact.date === state.date ? state.trades : [];
  const known = trades.find(({ trade_id }) => trade_id === fact.trade.trade_id);
  const others = trades.filter((one) => one !== known);
  const joined = known === undefined ? fact.trade : joinTrades(known, fact.trade);
  const sorted = [...others, joined].sort((a, b) => (a.trade_id < b.trade_id ? -1 : 1));
  return { ...state, date: fact.date, trades: sorted.slice(0, MOST_TRADES) };
}

/** A session without trades. Example: `emptySession('NSE', '2026-01-05').trades` is `[]`. */
export function emptySession(exchange: SessionState['exchange'], date: string): SessionState {
  return { exchange, date, trades: [], drift: null, live_record: null };
}

/** What two reports of one trade say together: the first opening, the first closing, the last result. */
export function joinTrades(a: BookedTrade, b: BookedTrade): BookedTrade {
  return {
    trade_id: a.trade_id,
    opened: oldest(a.opened, b.opened),
    closed: oldest(a.closed, b.closed),
    result: newest(a.result, b.result, ({ resolved_at }) => resolved_at),
  };
}

/** The earlier of two parts; of one moment's the one whose text comes first, so that nobody's order matters. */
export function oldest<Part extends { readonly at: string }>(a: Part | null, b: Part | null): Part | null {
  if (a === null || b === null) return a ?? b;
  return rank(a, a.at) <= rank(b, b.at) ? a : b;
}

function newest<Part>(a: Part | null, b: Part | null, at: (part: Part) => string): Part | null {
  if (a === null || b === null) return a ?? b;
  return rank(a, at(a)) >= rank(b, at(b)) ? a : b;
}

/** By time, and of one time by content: who comes first has no say. Times are UTC with milliseconds. */
function rank(part: unknown, at: string): string {
  return `${at} ${JSON.stringify(part)}`;
}
