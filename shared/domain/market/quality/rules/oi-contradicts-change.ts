import { MINUTE_MS } from '../../indian-time.ts';
import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf } from '../observed.ts';
import { type BrokenLeg, legsFinding } from '../wording.ts';

/**
 * Open interest changed by more than the leg traded: every trade opens or closes at most its own quantity. Trades
 * count from the publication lag before the earlier open interest; a fall of volume is another rule's.
 */
export function oiContradictsChange(context: QualityContext): QualityFinding | null {
  const { history, legs, terms, policy } = context;
  const before = history.at(-1);
  if (before === undefined) return null;
  const slack = policy.oi_contradicts_change.slack_lots * terms.lotUnits;
  const sinceMs = before.ms - policy.oi_contradicts_change.lag_minutes * MINUTE_MS;
  const broken = legs.flatMap((leg): BrokenLeg[] => {
    const earlierOi = legOf(before, leg.strike, leg.option_type)?.oi ?? null;
    const traded = tradedSince(leg, sinceMs, context);
    if (leg.oi === null || earlierOi === null || traded === null || traded < 0) return [];
    const change = leg.oi - earlierOi;
    if (Math.abs(change) <= traded + slack) return [];
    return [{ leg, why: `expected a change within the ${traded} units traded, was ${change}` }];
  });
  return legsFinding('oi_contradicts_change', 'oi', broken, legs.length, policy.oi_contradicts_change.legs);
}

/** Units traded since a moment; without a snapshot so old, since the open (volume counts from there). */
function tradedSince(leg: Leg, sinceMs: number, { history }: QualityContext): number | null {
  if (leg.volume === null) return null;
  const base = history.findLast((one) => {
    if (one.ms > sinceMs) return false;
    return (legOf(one, leg.strike, leg.option_type)?.volume ?? null) !== null;
  });
  return leg.volume - (base ? legOf(base, leg.strike, leg.option_type)!.volume! : 0);
}
