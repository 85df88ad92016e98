import type { FeatureSpec } from '../feature-set.ts';
import { meanOfKnown, meanWhere } from './arithmetic.ts';
import type { FeatureContext } from './context.ts';
import { AT } from './names.ts';

/** Implied volatility as delivered, over the ladder of the last snapshot (FEATURES.md, 4.3). */
export const IMPLIED_VOLATILITY: readonly FeatureSpec[] = [
  of('avg_ce_iv', 'pct', 'mean IV of calls'),
  of('avg_pe_iv', 'pct', 'mean IV of puts'),
  of('atm_iv', 'pct', 'mean IV of the at-the-money call and put'),
  of('otm_pe_avg_iv', 'pct', 'mean IV of puts below the at-the-money strike'),
  of('put_call_iv_skew', 'pct points', 'avg_pe_iv - avg_ce_iv'),
  of('otm_put_premium', 'pct points', 'otm_pe_avg_iv - atm_iv'),
];

function of(name: keyof typeof AT, unit: string, formula: string): FeatureSpec {
  return {
    name,
    unit,
    formula,
    source: 'FEATURES.md 4.3',
    lookBackMinutes: 0,
    missing: 'left out; 0 when none is known',
  };
}

/** Writes the group's features. */
export function putImpliedVolatility({ ladder: { calls, puts } }: FeatureContext, out: Float64Array): void {
  const callIv = meanOfKnown(calls.iv);
  const putIv = meanOfKnown(puts.iv);
  const atmIv = meanWhere(
    [...calls.iv, ...puts.iv],
    [...calls.positions, ...puts.positions],
    (at) => at === 0,
  );
  const otmPutIv = meanWhere(puts.iv, puts.positions, (position) => position < 0);
  out[AT.avg_ce_iv] = callIv;
  out[AT.avg_pe_iv] = putIv;
  out[AT.atm_iv] = atmIv;
  out[AT.otm_pe_avg_iv] = otmPutIv;
  out[AT.put_call_iv_skew] = putIv - callIv;
  out[AT.otm_put_premium] = otmPutIv - atmIv;
}
