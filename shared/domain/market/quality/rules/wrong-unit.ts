import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

const AMOUNTS = ['oi', 'volume', 'bid_quantity', 'ask_quantity'] as const;

/** Amounts are no whole number of lots, as happens when lots are sent instead of units. */
export function wrongUnit({ legs, terms, policy }: QualityContext): QualityFinding | null {
  const limit = policy.wrong_unit;
  for (const field of AMOUNTS) {
    const amounts = legs.map((leg) => leg[field]).filter((amount) => amount !== null && amount > 0);
    const odd = amounts.filter((amount) => amount! % terms.lotUnits !== 0);
    if (amounts.length < limit.legs || odd.length < limit.share * amounts.length) continue;
    const why = `expected units in lots of ${terms.lotUnits}, was not in ${odd.length} of ${amounts.length} legs, first ${odd[0]}`;
    return { flag: 'wrong_unit', field, why };
  }
  return null;
}
