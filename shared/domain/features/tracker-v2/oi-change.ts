import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureWindow } from '../window.ts';
import { deviation, guardedRatio, meanOfKnown, sumOf } from './arithmetic.ts';
import type { FeatureContext } from './context.ts';
import type { LadderSide } from './ladder.ts';
import { AT } from './names.ts';

/** Open-interest changes over entries of each leg's list, of the ladder and of the future (FEATURES.md, 4.2). */
export const OI_CHANGE: readonly FeatureSpec[] = [
  of(
    'ce_pct_change_3m',
    'pct',
    'plain mean of the 3-entry OI changes of calls; Infinity when one starts from 0',
    3,
  ),
  of(
    'pe_pct_change_3m',
    'pct',
    'plain mean of the 3-entry OI changes of puts; Infinity when one starts from 0',
    3,
  ),
  of('itm_oi_ce_pct_change_3m_wavg', 'pct', '3-entry OI changes of ITM calls, weighted by current OI', 3),
  of('itm_oi_pe_pct_change_3m_wavg', 'pct', '3-entry OI changes of ITM puts, weighted by current OI', 3),
  of(
    'oi_pressure_ratio',
    'ratio',
    'weighted put change / weighted call change; below 0.01 in size counts as +0.01',
    3,
  ),
  of('ce_oi_momentum_5', 'pct', 'mean of the 5-entry OI changes of calls', 5),
  of('pe_oi_momentum_5', 'pct', 'mean of the 5-entry OI changes of puts', 5),
  of('ce_oi_momentum_10', 'pct', 'mean of the 10-entry OI changes of calls', 10),
  of('pe_oi_momentum_10', 'pct', 'mean of the 10-entry OI changes of puts', 10),
  of('ce_oi_momentum_20', 'pct', 'always 0: the tracker has no 20-minute change', 0),
  of('pe_oi_momentum_20', 'pct', 'always 0: the tracker has no 20-minute change', 0),
  of(
    'ce_oi_spike',
    'flag',
    '1 if the 3-entry change at the highest call strike > mean + 2 deviations of all strikes',
    3,
  ),
  of(
    'pe_oi_spike',
    'flag',
    '1 if the 3-entry change at the highest put strike > mean + 2 deviations of all strikes',
    3,
  ),
  of(
    'percent_oichange_fut_3m',
    'pct',
    'future OI against 3 known values earlier; a 0 gives way to the carried value',
    41,
  ),
];

function of(name: keyof typeof AT, unit: string, formula: string, lookBackMinutes: number): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.2', lookBackMinutes, missing: '0' };
}

/** Fewer changes than this cannot be called a spike. */
const SPIKE_MIN_CHANGES = 5;

/** Writes the group's features. */
export function putOiChange({ ladder, window }: FeatureContext, out: Float64Array): void {
  const { calls, puts } = ladder;
  const callAverage = weightedChange(calls, (position) => position < 0);
  const putAverage = weightedChange(puts, (position) => position > 0);
  out[AT.ce_pct_change_3m] = meanOfKnown(calls.change3);
  out[AT.pe_pct_change_3m] = meanOfKnown(puts.change3);
  out[AT.itm_oi_ce_pct_change_3m_wavg] = callAverage;
  out[AT.itm_oi_pe_pct_change_3m_wavg] = putAverage;
  out[AT.oi_pressure_ratio] = guardedRatio(putAverage, callAverage, 0.01);
  out[AT.ce_oi_momentum_5] = meanOfKnown(calls.change5);
  out[AT.pe_oi_momentum_5] = meanOfKnown(puts.change5);
  out[AT.ce_oi_momentum_10] = meanOfKnown(calls.change10);
  out[AT.pe_oi_momentum_10] = meanOfKnown(puts.change10);
  out[AT.ce_oi_momentum_20] = 0;
  out[AT.pe_oi_momentum_20] = 0;
  out[AT.ce_oi_spike] = spike(calls.change3);
  out[AT.pe_oi_spike] = spike(puts.change3);
  out[AT.percent_oichange_fut_3m] = futureChange(window);
}

function weightedChange(side: LadderSide, isItm: (position: number) => boolean): number {
  let weighted = 0;
  let weight = 0;
  for (let i = 0; i < side.positions.length; i += 1) {
    const change = side.change3[i]!;
    if (Number.isNaN(change) || !isItm(side.positions[i]!)) continue;
    weighted += side.oi[i]! * change;
    weight += side.oi[i]!;
  }
  return weight === 0 ? 0 : weighted / weight;
}

function spike(changes: readonly number[]): number {
  const known = changes.filter((change) => !Number.isNaN(change));
  if (known.length < SPIKE_MIN_CHANGES || known.includes(Number.POSITIVE_INFINITY)) return 0;
  const mean = sumOf(known) / known.length;
  return known.at(-1)! > mean + 2 * deviation(known, mean, 0) ? 1 : 0;
}

function futureChange({ snapshots, state }: FeatureWindow): number {
  const known = snapshots.flatMap((snapshot) => snapshot.future_oi ?? []);
  const now = known.at(-1);
  const before = known.at(-4);
  const change =
    now === undefined || before === undefined || before === 0 ? 0 : ((now - before) / before) * 100;
  return change === 0 ? (state.cachedFutureOiChange3mPct ?? 0) : change;
}
