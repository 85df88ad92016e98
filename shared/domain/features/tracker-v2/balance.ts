import type { FeatureSpec } from '../feature-set.ts';
import { guardedRatio, sumOf } from './arithmetic.ts';
import type { FeatureContext } from './context.ts';
import type { LadderSide } from './ladder.ts';
import { AT } from './names.ts';

/** Put/call balance and levels of open interest, volume and breadth over the ladder (FEATURES.md, 4.1). */
export const BALANCE: readonly FeatureSpec[] = [
  of('pcr_total_oi', 'ratio', 'put OI / call OI; a denominator below 1 counts as 1', 'OI 0'),
  of(
    'pcr_itm_oi',
    'ratio',
    'OI of ITM puts / OI of ITM calls; a denominator below 0.01 counts as 0.01',
    'OI 0',
  ),
  of(
    'pcr_total_volume',
    'ratio',
    'put volume / call volume of the day; a denominator below 1 counts as 1',
    'volume 0',
  ),
  of('total_itm_oi_ce', 'OI', 'sum of the OI of ITM calls', '0'),
  of('total_itm_oi_pe', 'OI', 'sum of the OI of ITM puts', '0'),
  of('itm_ce_breadth', 'frac', 'ITM calls / calls of the ladder, counted', '0'),
  of('itm_pe_breadth', 'frac', 'ITM puts / puts of the ladder, counted', '0'),
  of('breadth_divergence', 'frac', 'itm_ce_breadth - itm_pe_breadth', '0'),
  of('total_itm_oi_ce_ratio', 'frac', 'OI of ITM calls / call OI; a denominator below 1 counts as 1', 'OI 0'),
  of('total_itm_oi_pe_ratio', 'frac', 'OI of ITM puts / put OI; a denominator below 1 counts as 1', 'OI 0'),
  of(
    'ce_volume_to_oi_ratio',
    'ratio',
    'call volume of the day / call OI; a denominator below 1 counts as 1',
    'both 0',
  ),
  of(
    'pe_volume_to_oi_ratio',
    'ratio',
    'put volume of the day / put OI; a denominator below 1 counts as 1',
    'both 0',
  ),
];

function of(name: keyof typeof AT, unit: string, formula: string, missing: string): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.1', lookBackMinutes: 0, missing };
}

/** Writes the group's features. */
export function putBalance({ ladder }: FeatureContext, out: Float64Array): void {
  const calls = totalsOf(ladder.calls, (position) => position < 0);
  const puts = totalsOf(ladder.puts, (position) => position > 0);
  out[AT.pcr_total_oi] = guardedRatio(puts.oi, calls.oi);
  out[AT.pcr_itm_oi] = guardedRatio(puts.itmOi, calls.itmOi, 0.01);
  out[AT.pcr_total_volume] = guardedRatio(puts.volume, calls.volume);
  out[AT.total_itm_oi_ce] = calls.itmOi;
  out[AT.total_itm_oi_pe] = puts.itmOi;
  out[AT.itm_ce_breadth] = calls.breadth;
  out[AT.itm_pe_breadth] = puts.breadth;
  out[AT.breadth_divergence] = calls.breadth - puts.breadth;
  out[AT.total_itm_oi_ce_ratio] = guardedRatio(calls.itmOi, calls.oi);
  out[AT.total_itm_oi_pe_ratio] = guardedRatio(puts.itmOi, puts.oi);
  out[AT.ce_volume_to_oi_ratio] = guardedRatio(calls.volume, calls.oi);
  out[AT.pe_volume_to_oi_ratio] = guardedRatio(puts.volume, puts.oi);
}

interface SideTotals {
  readonly oi: number;
  readonly volume: number;
  readonly itmOi: number;
  readonly breadth: number;
}

function totalsOf(side: LadderSide, isItm: (position: number) => boolean): SideTotals {
  let itmOi = 0;
  let itmCount = 0;
  for (let i = 0; i < side.positions.length; i += 1) {
    if (!isItm(side.positions[i]!)) continue;
    itmOi += side.oi[i]!;
    itmCount += 1;
  }
  const breadth = side.positions.length === 0 ? 0 : itmCount / side.positions.length;
  return { oi: sumOf(side.oi), volume: sumOf(side.volume), itmOi, breadth };
}
