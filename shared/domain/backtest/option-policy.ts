import * as z from 'zod';
import { contractPolicySchema } from '../market/contract-policy.ts';

const rupees = z.number().positive();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a clock time such as 15:20');

/** How signals become paper trades in options: one named policy of `config/execution`. */
export const optionPolicySchema = z
  .strictObject({
    /** Which contract the signals of each exchange buy: a call on BUY, a put on SELL. */
    contracts: contractPolicySchema,
    /** Premium a unit above the entry price at which the position is sold; null for no target. */
    target_rupees: rupees.nullable(),
    /** Premium a unit below the entry price at which it is sold; null for no stop: then the premium is at stake. */
    stop_rupees: rupees.nullable(),
    /** Minutes a position is held at most; null for no limit but the session's. */
    horizon_minutes: z.number().int().positive().nullable(),
    /** Clock time from which nothing is entered and everything is closed, in a session that opens before it. */
    flat_from: clock,
    /** The same, so many minutes before the close of a session that ends before then, or opens after it. */
    flat_before_close_minutes: z.number().int().nonnegative(),
    /** Wait after an entry before the next one while nothing is held, and while something is. */
    cooldown_seconds: z.number().nonnegative(),
    cooldown_with_positions_seconds: z.number().nonnegative(),
    /** Positions held at once. */
    max_positions: z.number().int().positive(),
    /** The same for a signal of at least `confident_from`. */
    max_positions_confident: z.number().int().positive(),
    /** Probability of the class that is acted on. */
    confident_from: z.number().min(0).max(1),
    /** Ticks that an entry pays above the price it could be bought at. */
    price_chase_ticks: z.number().int().nonnegative(),
    /** `kelly`: as many lots as `config/risk` allows; `one_lot`: one, whatever the edge, under the same circuit breaker. */
    sizing: z.enum(['kelly', 'one_lot']),
  })
  .refine((policy) => policy.max_positions_confident >= policy.max_positions, {
    path: ['max_positions_confident'],
    message: 'expected at least max_positions',
  });
export type OptionPolicy = z.infer<typeof optionPolicySchema>;
