import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legsFinding } from '../wording.ts';

/** Bid and ask are both 0: a value missing at the source that was not sent as null. */
export function lockedZeroQuotes({ legs, policy }: QualityContext): QualityFinding | null {
  const broken = legs
    .filter(({ best_bid, best_ask }) => best_bid === 0 && best_ask === 0)
    .map((leg) => ({ leg, why: 'expected a quote or null, was bid 0 and ask 0' }));
  return legsFinding('locked_zero_quotes', 'best_bid', broken, legs.length, policy.locked_zero_quotes.legs);
}
