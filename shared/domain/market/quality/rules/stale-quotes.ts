import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf, type Observed } from '../observed.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { shown } from '../wording.ts';

/** Nearly all bids and asks of the ladder have stood still. */
export function staleQuotes(context: QualityContext): QualityFinding | null {
  const quoted = context.legs.filter(({ best_bid, best_ask }) => Boolean(best_bid) || Boolean(best_ask));
  if (quoted.length === 0) return null;
  const limit = context.policy.stale_quotes;
  const standing = (earlier: Observed) =>
    quoted.filter((leg) => {
      const before = legOf(earlier, leg.strike, leg.option_type);
      return before?.best_bid === leg.best_bid && before?.best_ask === leg.best_ask;
    }).length;
  const stretch = unchanged(context, (earlier) => standing(earlier) >= limit.share * quoted.length);
  if (!reaches(stretch, limit)) return null;
  return {
    flag: 'stale_quotes',
    field: 'best_bid',
    why: `expected quotes that move, was at least ${shown(100 * limit.share)} % of ${quoted.length} legs unchanged for ${shown(stretch.minutes)} minutes`,
  };
}
