import { timeToExpirySeconds } from '../../market/moneyness.ts';
import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureContext } from './context.ts';
import type { LadderSide } from './ladder.ts';
import { AT } from './names.ts';

/**
 * The tracker's "dealer" proxies: open interest weighted by distance from the money, calls less puts. They hold no
 * greeks (FEATURES.md, 4.4 and 13.7). With p = |position|: g = 1 / (p^2 + 1), v = p / (p + 5).
 */
export const DEALER: readonly FeatureSpec[] = [
  of('net_gamma_exposure', 'OI', 'sum of call OI x g - sum of put OI x g'),
  of('gamma_flip_level', 'index points', "the last snapshot's at-the-money strike"),
  of('dealer_vanna_exposure', 'OI', 'sum of call OI x v - sum of put OI x v'),
  of('dealer_charm_exposure', 'OI/day', 'net_gamma_exposure terms x 1 / max(days to expiry, 0.1)'),
];

function of(name: keyof typeof AT, unit: string, formula: string): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.4', lookBackMinutes: 0, missing: 'OI 0' };
}

const DAY_SECONDS = 86_400;
const MIN_DAYS = 0.1;

/** Writes the group's features. */
export function putDealer({ ladder, last, nowMs, window }: FeatureContext, out: Float64Array): void {
  const days = timeToExpirySeconds(nowMs, window.expiry) / DAY_SECONDS;
  const urgency = 1 / Math.max(days, MIN_DAYS);
  const net = (weight: (p: number) => number) => weigh(ladder.calls, weight) - weigh(ladder.puts, weight);
  out[AT.net_gamma_exposure] = net(closeness);
  out[AT.gamma_flip_level] = last.atm_strike;
  out[AT.dealer_vanna_exposure] = net((p) => p / (p + 5));
  out[AT.dealer_charm_exposure] = net((p) => closeness(p) * urgency);
}

function closeness(p: number): number {
  return 1 / (p * p + 1);
}

function weigh(side: LadderSide, weight: (p: number) => number): number {
  let sum = 0;
  for (let i = 0; i < side.positions.length; i += 1)
    sum += side.oi[i]! * weight(Math.abs(side.positions[i]!));
  return sum;
}
