import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { shown } from '../wording.ts';

/** The underlying's price has stood still to the last decimal. */
export function spotFrozen(context: QualityContext): QualityFinding | null {
  const price = context.now.snapshot.underlying_price;
  const stretch = unchanged(context, ({ snapshot }) => snapshot.underlying_price === price);
  if (!reaches(stretch, context.policy.spot_frozen)) return null;
  return {
    flag: 'spot_frozen',
    field: 'underlying_price',
    why: `expected a price that moves, was ${price} for ${shown(stretch.minutes)} minutes`,
  };
}
