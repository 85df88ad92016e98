import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf } from '../observed.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { type BrokenLeg, legsFinding, shown } from '../wording.ts';

/**
 * A last price is not of this moment: it lies far outside the leg's quote, or, where nothing is quoted, it has stood
 * still while the leg went on trading.
 */
export function staleLastPrice(context: QualityContext): QualityFinding | null {
  const broken = context.legs.flatMap((leg): BrokenLeg[] => {
    if (leg.ltp === null) return [];
    const why = leg.best_bid && leg.best_ask ? outsideQuote(leg, context) : standingStill(leg, context);
    return why === null ? [] : [{ leg, why }];
  });
  const least = context.policy.stale_last_price.legs;
  return legsFinding('stale_last_price', 'ltp', broken, context.legs.length, least);
}

function outsideQuote(leg: Leg, { policy }: QualityContext): string | null {
  const [ltp, bid, ask] = [leg.ltp!, leg.best_bid!, leg.best_ask!];
  const { spreads, share } = policy.stale_last_price;
  const room = Math.max(spreads * (ask - bid), share * ask);
  if (ltp >= bid - room && ltp <= ask + room) return null;
  return `expected within ${shown(room)} of the quote ${bid} to ${ask}, was ${ltp}`;
}

function standingStill(leg: Leg, context: QualityContext): string | null {
  const limit = context.policy.stale_last_price;
  const { strike, option_type, ltp } = leg;
  if (ltp! < limit.least_rupees) return null;
  let volume = leg.volume;
  const stretch = unchanged(context, (earlier) => {
    const before = legOf(earlier, strike, option_type);
    const traded =
      volume !== null && before !== undefined && before.volume !== null && before.volume < volume;
    volume = before?.volume ?? null;
    return traded && before.ltp === ltp;
  });
  if (!reaches(stretch, limit)) return null;
  return `expected a price that moves with the trades, was ${ltp} for ${shown(stretch.minutes)} minutes`;
}
