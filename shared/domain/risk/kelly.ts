import type { KellyPolicy } from './risk-limits.ts';

export interface KellyInput extends Omit<KellyPolicy, 'min_measured_trades'> {
  /** Calibrated probability of winning, 0 to 1. */
  readonly probability: number;
  /** Mean win over mean loss, measured out of fold. */
  readonly payoff: number;
  /** No larger full fraction counts; 1 when left out. */
  readonly mostFull?: number;
}

export interface Kelly {
  /** The probability after shrinkage: the lower bound that is sized on. */
  readonly lowerBound: number;
  /** Full Kelly fraction of the lower bound; 0 when it shows no edge. */
  readonly full: number;
  /** What is staked: full x fraction, at most the cap. */
  readonly staked: number;
}

/**
 * Kelly fraction of capital for a bet that wins `payoff` per unit lost: (p b - (1 - p)) / b on the shrunk probability
 * p x (1 - shrinkage). Never negative; a payoff that is not a positive number gives 0.
 * Example: p 0.6, payoff 1, shrinkage 0, fraction 0.5, cap 1 is full 0.2, staked 0.1. Source: Kelly (1956).
 */
export function kelly({ probability, payoff, mostFull = 1, shrinkage, fraction, cap }: KellyInput): Kelly {
  const lowerBound = Math.min(Math.max(probability, 0), 1) * (1 - shrinkage);
  if (!(payoff > 0) || !Number.isFinite(payoff)) return { lowerBound, full: 0, staked: 0 };
  const full = Math.min(mostFull, Math.max(0, (lowerBound * payoff - (1 - lowerBound)) / payoff));
  return { lowerBound, full, staked: Math.min(full * fraction, cap) };
}
