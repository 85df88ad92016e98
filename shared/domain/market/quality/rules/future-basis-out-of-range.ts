import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

/** The future's premium over the underlying is none that carry and sentiment explain. A missing future says nothing. */
export function futureBasisOutOfRange({ now, policy }: QualityContext): QualityFinding | null {
  const { future_price, underlying_price } = now.snapshot;
  if (future_price === null) return null;
  const { least_pct, most_pct } = policy.future_basis_out_of_range;
  const basisPct = 100 * (future_price / underlying_price - 1);
  if (basisPct >= least_pct && basisPct <= most_pct) return null;
  return {
    flag: 'future_basis_out_of_range',
    field: 'future_price',
    why: `expected a premium of ${least_pct} to ${most_pct} %, was ${shown(basisPct)} % (${future_price} over ${underlying_price})`,
  };
}
