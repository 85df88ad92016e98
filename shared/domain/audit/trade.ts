import * as z from 'zod';
import { momentSchema } from '../market/moment.ts';
import { exchangeSchema } from '../market/snapshot.ts';

const text = z.string().min(1).max(500).nullable().default(null);

/** What a table can hold, and more than anybody trades. */
const MOST_RUPEES = 1e12;
const LEAST_RUPEES = 1e-6;
/** Times any lot size still a whole number that is exact. */
const MOST_LOTS = 1_000_000;
const rupees = z
  .number()
  .max(MOST_RUPEES)
  .refine(
    (value) => value === 0 || Math.abs(value) >= LEAST_RUPEES,
    `expected 0 or at least ${LEAST_RUPEES} rupees`,
  );

const tradeFields = z.object({
  /** The recommendation the trade follows; null for a manual trade, and allowed to be null on closing. */
  recommendation_id: z.ulid().nullable().default(null),
  trade_id: z.string().min(1).max(64),
  origin: z.enum(['auto', 'manual']).default('auto'),
  status: z.enum(['executed', 'rejected', 'closed']),
  exchange: exchangeSchema.nullable().default(null),
  /** Why it was rejected or closed (`target`, `stop`, `horizon`, `session_end`, an operator's words). */
  reason: text,
  symbol: z.string().min(1).max(64).nullable().default(null),
  side: z.enum(['BUY', 'SELL']).nullable().default(null),
  quantity_lots: z.number().int().positive().max(MOST_LOTS).nullable().default(null),
  /** Rupees per unit: the entry price of an executed, the exit price of a closed trade. */
  price: rupees.nonnegative().nullable().default(null),
  timestamp: momentSchema,
  /** Rupees, as the tracker claims it at close; outcomes re-mark it. */
  pnl: rupees.min(-MOST_RUPEES).nullable().default(null),
  /** Taxes, fees and brokerage of both orders in rupees, where whoever closed it counts them; `pnl` is after them. */
  costs: rupees.nonnegative().nullable().default(null),
  /** The portfolio rule that was broken, in the tracker's words. */
  constraint_violation: text,
});

const NEEDED_TO_EXECUTE = ['symbol', 'side', 'quantity_lots', 'price'] as const;

/**
 * One report of a paper trade (POST /v1/trades): executed, rejected or closed.
 * Executed needs symbol, side, quantity_lots and price; rejected needs a reason; closed needs only the trade id;
 * an automatic trade that is not a closing names its recommendation.
 * Example: `{trade_id:'T-17', status:'closed', timestamp:'2025-12-04T12:50:00+05:30', price:141.5, pnl:650}`.
 */
export const tradeSchema = tradeFields.superRefine((trade, context) => {
  const refuse = (field: keyof typeof trade, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (trade.status === 'executed') {
    for (const field of NEEDED_TO_EXECUTE) {
      if (trade[field] === null) refuse(field, 'expected a value for an executed trade, was null');
    }
  }
  if (trade.status === 'rejected' && trade.reason === null) {
    refuse('reason', 'expected a reason for a rejected trade, was null');
  }
  if (trade.status !== 'closed' && trade.origin === 'auto' && trade.recommendation_id === null) {
    refuse('recommendation_id', 'expected the recommendation of an automatic trade, was null');
  }
});
export type Trade = z.infer<typeof tradeSchema>;

/** A trade report as it is kept: stamped with our clock and its leaf hash. */
export interface StoredTrade extends Trade {
  readonly recorded_at: string;
  readonly leaf_hash: string;
}
