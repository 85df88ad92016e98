import { quantile } from '../../../../stats/quantile.ts';
import type { Leg } from '../../snapshot.ts';
import type { LadderStrike, QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

interface Implied {
  readonly strike: number;
  readonly forward: number;
}

/**
 * A strike implies another forward (strike + call - put) than the ladder's median. By mid quotes where at least
 * the policy's number of strikes has them on both legs, otherwise by last prices, with more room.
 */
export function putCallParityBroken({ now, ladder, policy }: QualityContext): QualityFinding | null {
  const { quoted_share, last_price_share, strikes } = policy.put_call_parity_broken;
  const quoted = impliedBy(ladder, midQuote);
  const byQuotes = quoted.length >= strikes;
  const implied = byQuotes ? quoted : impliedBy(ladder, (leg) => leg.ltp);
  if (implied.length < strikes) return null;
  const forwards = implied.map(({ forward }) => forward).sort((a, b) => a - b);
  const median = quantile(forwards, 0.5);
  const room = (byQuotes ? quoted_share : last_price_share) * now.snapshot.underlying_price;
  const broken = implied.filter(({ forward }) => Math.abs(forward - median) > room);
  const first = broken[0];
  if (first === undefined) return null;
  const by = byQuotes ? 'quotes' : 'last prices';
  return {
    flag: 'put_call_parity_broken',
    field: byQuotes ? 'best_bid' : 'ltp',
    why: `expected a forward within ${shown(room)} of ${shown(median)} by ${by}, was ${shown(first.forward)} at ${first.strike} (${broken.length} of ${implied.length} strikes)`,
  };
}

function impliedBy(ladder: readonly LadderStrike[], priceOf: (leg: Leg) => number | null): Implied[] {
  return ladder.flatMap(({ strike, call, put }) => {
    const callPrice = call ? priceOf(call) : null;
    const putPrice = put ? priceOf(put) : null;
    return callPrice === null || putPrice === null
      ? []
      : [{ strike, forward: strike + callPrice - putPrice }];
  });
}

function midQuote({ best_bid, best_ask }: Leg): number | null {
  return best_bid && best_ask ? (best_bid + best_ask) / 2 : null;
}
