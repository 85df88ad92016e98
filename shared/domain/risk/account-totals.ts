import * as z from 'zod';

const utc = z.iso.datetime({ offset: true });
const count = z.number().int().nonnegative();

/** An order of an operator that nothing is to be entered. */
export const haltSchema = z.object({
  /** An exchange, or `all`. */
  scope: z.string().min(1),
  by: z.string().min(1),
  reason: z.string().min(1),
  at: utc,
});
export type Halt = z.infer<typeof haltSchema>;

/** The live bundle's features have left what it was trained on, so far that its answers are not to be acted on. */
export const driftBlockSchema = z.object({
  model_version: z.string().min(1),
  /** Of the report that says so. */
  at: utc,
  why: z.string().min(1),
});
export type DriftBlock = z.infer<typeof driftBlockSchema>;

/** What the re-marked, uninverted trades of a model version brought live. */
export const liveRecordSchema = z.object({
  model_version: z.string().min(1),
  trades: count,
  win_rate: z.number().min(0).max(1).nullable(),
  /** Mean win over mean loss; null without a win or a loss. */
  payoff: z.number().positive().nullable(),
});
export type LiveRecord = z.infer<typeof liveRecordSchema>;

/**
 * The session's plain totals that the risk rules look at: of the answer's exchange, and of the whole account where the
 * name says so. Money is rupees, returns are fractions of the account, negative when losing.
 */
export const accountTotalsSchema = z.object({
  /** Indian date. */
  date: z.iso.date(),
  daily_return: z.number(),
  consecutive_losses: count,
  /** Deepest fall of the session's result below its highest, which begins at 0; at least 0. */
  drawdown: z.number().nonnegative(),
  account_daily_return: z.number(),
  account_drawdown: z.number().nonnegative(),
  open_positions: count,
  account_open_positions: count,
  /** What a rise of all underlyings by 1 % would bring the open positions. */
  account_delta_rupees: z.number(),
  /** What the open positions bind: premium of bought options, margin of sold ones. */
  account_exposure_rupees: z.number().nonnegative(),
  /** The last entry on the exchange; null before the first. */
  last_entry_at: utc.nullable(),
  /** The last trade that lost on the exchange ended then; null without one. */
  last_loss_at: utc.nullable(),
  halt: haltSchema.nullable(),
  drift_block: driftBlockSchema.nullable(),
  live_record: liveRecordSchema.nullable(),
});
export type AccountTotals = z.infer<typeof accountTotalsSchema>;

/** A session in which nothing has happened yet. Example: `noTotals('2026-01-05').daily_return` is 0. */
export function noTotals(date: string): AccountTotals {
  return {
    date,
    daily_return: 0,
    consecutive_losses: 0,
    drawdown: 0,
    account_daily_return: 0,
    account_drawdown: 0,
    open_positions: 0,
    account_open_positions: 0,
    account_delta_rupees: 0,
    account_exposure_rupees: 0,
    last_entry_at: null,
    last_loss_at: null,
    halt: null,
    drift_block: null,
    live_record: null,
  };
}
