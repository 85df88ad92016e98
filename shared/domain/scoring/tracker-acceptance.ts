import * as z from 'zod';
import { kelly } from '../risk/kelly.ts';
import { type Decision, decide } from './decide.ts';
import { measuredEdge } from './measured-edge.ts';
import type { Probabilities } from './recommendation.ts';
import type { RiskPolicy } from './risk-policy.ts';
import { winProbability } from './win-probability.ts';

/** What the tracker itself asks of a signal before it executes it; its `kelly_fraction` is the full one. */
export const trackerThresholdsSchema = z.looseObject({
  min_confidence: z.number().min(0).max(1).default(0.6),
  min_kelly: z.number().min(0).max(1).default(0.2),
});
export type TrackerThresholds = z.infer<typeof trackerThresholdsSchema>;

/** A signal that the risk rules let through, as the tracker looks at it. */
export interface TrackerSignal {
  readonly confidence: number;
  readonly kellyFull: number;
}

export interface TrackerAcceptance {
  readonly signals: number;
  /** Of those, how many reach the confidence, the Kelly fraction, and both. */
  readonly confident: number;
  readonly sized: number;
  readonly accepted: number;
  readonly highestConfidence: number | null;
  readonly highestKelly: number | null;
}

/** How many signals the tracker's own thresholds would let through. None give zeros and nulls. */
export function trackerAcceptance(
  signals: readonly TrackerSignal[],
  { min_confidence, min_kelly }: TrackerThresholds,
): TrackerAcceptance {
  const isConfident = ({ confidence }: TrackerSignal) => confidence >= min_confidence;
  const isSized = ({ kellyFull }: TrackerSignal) => kellyFull >= min_kelly;
  const highest = (of: (signal: TrackerSignal) => number) =>
    signals.reduce<number | null>((most, signal) => Math.max(most ?? 0, of(signal)), null);
  return {
    signals: signals.length,
    confident: signals.filter(isConfident).length,
    sized: signals.filter(isSized).length,
    accepted: signals.filter((signal) => isConfident(signal) && isSized(signal)).length,
    highestConfidence: highest(({ confidence }) => confidence),
    highestKelly: highest(({ kellyFull }) => kellyFull),
  };
}

/** A bundle's walk-forward scores, column by column. */
export interface ScoreColumns {
  readonly sell: ArrayLike<number>;
  readonly hold: ArrayLike<number>;
  readonly buy: ArrayLike<number>;
}

/** The BUY and SELL of a bundle's own scores that have an edge, sized by the rules that answers are sized by. */
export function scoredSignals(
  { sell, hold, buy }: ScoreColumns,
  decision: Decision,
  policy: RiskPolicy['kelly'],
): TrackerSignal[] {
  return Array.from({ length: buy.length }, (_, at) => {
    const probabilities: Probabilities = { sell: sell[at]!, hold: hold[at]!, buy: buy[at]! };
    const { action, confidence } = decide({ probabilities, thresholds: decision.thresholds });
    const edge = measuredEdge(action, decision, policy.min_measured_trades);
    const probability = Math.min(winProbability(action, probabilities), edge.mostProbable);
    const { full } = kelly({ probability, payoff: edge.payoff, ...policy });
    return { confidence, kellyFull: action === 'HOLD' ? 0 : full };
  }).filter(({ kellyFull }) => kellyFull > 0);
}
