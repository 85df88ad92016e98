import * as z from 'zod';
import type { Action, Probabilities } from './recommendation.ts';

/** A directional class must reach its threshold, and beat the opposite class, to be acted on. */
export const thresholdsSchema = z.object({ buy: z.number().min(0).max(1), sell: z.number().min(0).max(1) });
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** What the trades of one direction brought on out-of-fold data, after costs; nulls as in `decisionSchema`. */
const measuredSchema = z.object({
  trades: z.number().int().nonnegative(),
  win_rate: z.number().min(0).max(1).nullable(),
  payoff: z.number().positive().nullable(),
  /** Fraction of the underlying; null without trades. */
  mean_net_return: z.number().nullable(),
});

/** `decision.json` of a bundle: thresholds chosen, and what they earned, on out-of-fold data. */
export const decisionSchema = z.object({
  thresholds: thresholdsSchema,
  /** Share of out-of-fold trades that won, after costs; null without trades. */
  win_rate: z.number().min(0).max(1).nullable(),
  /** Mean win over mean loss of those trades; null without a win or a loss. */
  payoff: z.number().positive().nullable(),
  trades: z.number().int().nonnegative(),
  /** Each direction by itself; older bundles do not have it. */
  by_class: z.object({ buy: measuredSchema, sell: measuredSchema }).optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

export interface Decided {
  readonly action: Action;
  /** Probability of the chosen class. */
  readonly confidence: number;
}

/**
 * The action that calibrated probabilities ask for. BUY and SELL need their threshold and more than the opposite
 * class; with both above (thresholds below one half) the likelier wins; an exact tie is HOLD.
 * Example: `decide({ probabilities: {sell:.2, hold:.2, buy:.6}, thresholds: {buy:.5, sell:.5} })` is BUY at 0.6.
 */
export function decide(input: { probabilities: Probabilities; thresholds: Thresholds }): Decided {
  const { probabilities, thresholds } = input;
  const { sell, hold, buy } = probabilities;
  if (buy > sell && buy >= thresholds.buy) return { action: 'BUY', confidence: buy };
  if (sell > buy && sell >= thresholds.sell) return { action: 'SELL', confidence: sell };
  return { action: 'HOLD', confidence: hold };
}
