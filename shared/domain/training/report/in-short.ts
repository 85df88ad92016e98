import type { Metrics } from '../metrics.ts';

/** What a candidate said of rows that it had not seen, and what came of it. */
export interface Unseen {
  readonly metrics: Pick<Metrics, 'log_loss' | 'base_log_loss' | 'auc_direction'>;
  /** 1 long, -1 short, 0 nothing. */
  readonly position: readonly number[];
  /** Fractions of the underlying; null where unknown, which brings no trade. */
  readonly forward_return: readonly (number | null)[];
}

/**
 * The whole report in three sentences for somebody who reads nothing else: probabilities, direction, money.
 *
 * @param heldOut - of the sessions kept back; null without any
 * @param costReturn - of a trade, as a fraction of the underlying
 * @example 'Out of fold its probabilities are 4.2 % better than the base rates (in the sessions kept back 3.1 % better). ...'
 */
export function inShort(outOfFold: Unseen, heldOut: Unseen | null, costReturn: number): string {
  const both = (words: (unseen: Unseen) => string) =>
    words(outOfFold) + (heldOut === null ? '' : ` (in the sessions kept back ${words(heldOut)})`);
  return [
    `Out of fold its probabilities are ${both(againstBaseRates)} than the base rates.`,
    `Where the price moved, it told up from down with an area of ${both(direction)}; 0.5 is chance.`,
    `Every signal acted on brought ${both((unseen) => money(unseen, costReturn))} after costs; the gate holds fewer at once.`,
  ].join(' ');
}

function againstBaseRates({ metrics: { log_loss, base_log_loss } }: Unseen): string {
  const gain = 100 * (1 - log_loss / base_log_loss);
  return `${Math.abs(gain).toFixed(1)} % ${gain < 0 ? 'worse' : 'better'}`;
}

function direction({ metrics: { auc_direction } }: Unseen): string {
  return auc_direction === null ? 'unknown size, as one direction is missing' : auc_direction.toFixed(2);
}

function money({ position, forward_return }: Unseen, costReturn: number): string {
  const gains = position.flatMap((side, row) => {
    const forward = forward_return[row] ?? null;
    return side === 0 || forward === null ? [] : [side * forward - costReturn];
  });
  if (gains.length === 0) return 'no trade';
  const basisPoints = (10_000 * gains.reduce((sum, gain) => sum + gain, 0)) / gains.length;
  const trades = gains.length === 1 ? '1 trade' : `${gains.length} trades`;
  return `${basisPoints < 0 ? '' : '+'}${basisPoints.toFixed(1)} basis points a trade over ${trades}`;
}
