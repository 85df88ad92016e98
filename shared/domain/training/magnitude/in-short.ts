import type { MagnitudeMetrics } from './metrics.ts';

type Skill = Pick<MagnitudeMetrics, 'r2' | 'r2_against_volatility'>;

/**
 * A magnitude's report for somebody who reads nothing else: its squared error beside that of the two naive forecasts, and
 * whether it says more than the volatility does.
 *
 * @param heldOut - of the sessions kept back; null without any
 * @example 'Out of fold its squared error is 3.6 % less than that of the mean and 19.1 % more than that of the recent
 * volatility: it says no more than the volatility does.'
 */
export function magnitudeInShort(outOfFold: Skill, heldOut: Skill | null): string {
  const both = (words: (skill: Skill) => string) =>
    words(outOfFold) + (heldOut === null ? '' : ` (in the sessions kept back ${words(heldOut)})`);
  return (
    `Out of fold its squared error is ${both(({ r2 }) => beside(r2))} than that of the mean and ` +
    `${both(({ r2_against_volatility: r2 }) => beside(r2))} than that of the recent volatility: ${conclusion(outOfFold)}.`
  );
}

function beside(r2: number | null): string {
  if (r2 === null) return 'not less';
  return `${(100 * Math.abs(r2)).toFixed(1)} % ${r2 < 0 ? 'more' : 'less'}`;
}

function conclusion({ r2_against_volatility: r2 }: Skill): string {
  return r2 !== null && r2 > 0
    ? 'it says more than the volatility does'
    : 'it says no more than the volatility does';
}
