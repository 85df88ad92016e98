import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legsFinding } from '../wording.ts';

/** A bid lies above its ask. */
export function crossedQuotes({ legs, policy }: QualityContext): QualityFinding | null {
  const broken = legs.flatMap((leg) => {
    const { best_bid, best_ask } = leg;
    if (best_bid === null || best_ask === null || best_ask === 0 || best_bid <= best_ask) return [];
    return [{ leg, why: `expected a bid of at most the ask ${best_ask}, was ${best_bid}` }];
  });
  return legsFinding('crossed_quotes', 'best_bid', broken, legs.length, policy.crossed_quotes.legs);
}
