import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../../../shared/domain/features/chain-v3/context.ts';
import { VOLATILITY, volatilityAtDelta } from '../../../../../shared/domain/features/chain-v3/volatility.ts';
import {
  aPricedSession,
  aPricedSnapshot,
  type PricedChain,
  valuesOf,
  windowOver,
} from '../../../../factories/priced-chain.ts';

const values = (chain: PricedChain) => valuesOf(VOLATILITY, windowOver([aPricedSnapshot(chain)]));
/** Two percent points lower for each 250 points of strike. */
const skewed = (strike: number) => 0.14 - (strike - 26_000) * 8e-5;

describe('implied volatility', () => {
  it('is in percent, and its change in points', () => {
    const session = aPricedSession(170, 200, (minute) => ({
      volatility: () => 0.1 + (minute === 200 ? 0.03 : 0) + (minute >= 195 ? 0.01 : 0),
    }));
    const now = valuesOf(VOLATILITY, windowOver(session));
    expect(now.atm_iv_pct).toBeCloseTo(14, 6);
    expect(now.atm_iv_change_5m).toBeCloseTo(3, 6);
    expect(now.atm_iv_change_30m).toBeCloseTo(4, 6);
  });

  it('has no change before the window reaches back, or when the minutes then are lost', () => {
    const young = valuesOf(VOLATILITY, windowOver(aPricedSession(190, 200)));
    expect([young.atm_iv_change_5m, young.atm_iv_change_30m]).toEqual([expect.closeTo(0, 6), Number.NaN]);
    const holed = aPricedSession(160, 200).filter((_, i) => i < 8 || i > 12);
    expect(valuesOf(VOLATILITY, windowOver(holed)).atm_iv_change_30m).toBeNaN();
  });

  it('against the volatility index says which is dearer; a missing index is missing', () => {
    expect(values({ overrides: { vix: 11.5 } }).atm_iv_less_vix).toBeCloseTo(0.5, 6);
    expect(values({ overrides: { vix: null } })).toMatchObject({
      vix_pct: Number.NaN,
      atm_iv_less_vix: Number.NaN,
    });
    expect(values({ overrides: { vix: 0 } }).vix_pct).toBeNaN();
  });

  it('moves the underlying by this much to expiry', () => {
    // 12 % over 5 days and 1 hour, from 14:30.
    expect(values({ minute: 315 }).expected_move_pct).toBeCloseTo(12 * Math.sqrt((5 + 1 / 24) / 365), 6);
  });

  it('is above the realised volatility by the premium, both in percent a year', () => {
    const session = aPricedSession(140, 200, (minute) => ({ price: minute % 2 === 0 ? 26_000 : 26_013 }));
    const realised = 100 * Math.log(26_013 / 26_000) * Math.sqrt(252 * 375);
    expect(valuesOf(VOLATILITY, windowOver(session)).vol_risk_premium_60m).toBeCloseTo(12 - realised, 6);
  });
});

describe('skew', () => {
  it('of a flat smile is none', () => {
    const flat = values({ expiry: '2025-12-05' });
    for (const name of ['risk_reversal_25_pct', 'butterfly_25_pct', 'risk_reversal_40_pct', 'skew_slope'])
      expect(flat[name], name).toBeCloseTo(0, 6);
  });

  it('at a delta is read off the strikes around it', () => {
    const { smile } = contextOf(windowOver([aPricedSnapshot({ expiry: '2025-12-05', volatility: skewed })]));
    // Deltas by an independent normal distribution, from the textbook formula.
    for (const [optionType, size, sign] of [
      ['CE', 0.25, 1],
      ['PE', 0.25, -1],
      ['PE', 0.4, -1],
    ] as const) {
      const found = volatilityAtDelta(smile, optionType, size);
      const strike = 26_000 + (0.14 - found) / 8e-5;
      const deviation = found * Math.sqrt(smile.years);
      const d1 = Math.log(26_020 / strike) / deviation + deviation / 2;
      expect(sign * (strike - 26_020)).toBeGreaterThan(0);
      expect(tail(-sign * d1)).toBeCloseTo(size, 2);
    }
  });

  it('is dearer puts: a negative reversal and a negative slope', () => {
    const skew = values({ expiry: '2025-12-05', volatility: skewed });
    expect(skew.risk_reversal_25_pct).toBeLessThan(skew.risk_reversal_40_pct!);
    expect(skew.risk_reversal_40_pct).toBeLessThan(0);
    const deviationPoints = 26_000 * 0.14 * Math.sqrt((1 + 175 / 1440) / 365);
    expect(skew.skew_slope).toBeCloseTo(-8e-5 * 100 * deviationPoints, 1);
  });

  it('of dear wings is a butterfly', () => {
    const wings = values({
      expiry: '2025-12-05',
      volatility: (strike) => 0.12 + ((strike - 26_020) / 250) ** 2 / 50,
    });
    expect(wings.butterfly_25_pct).toBeGreaterThan(0.1);
    expect(wings.risk_reversal_25_pct).toBeCloseTo(0, 1);
  });

  it('is missing where the ladder does not reach, never extrapolated', () => {
    const far = values({ expiry: '2025-12-30' });
    expect([far.risk_reversal_25_pct, far.butterfly_25_pct]).toEqual([Number.NaN, Number.NaN]);
    expect(far.atm_iv_pct).toBeCloseTo(12, 6);
  });
});

/** Upper tail of the standard normal by Simpson's rule: slow, plain, and not our own. */
function tail(from: number): number {
  const steps = 2000;
  const width = (9 - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const x = from + i * width;
    sum += (i === 0 || i === steps ? 1 : i % 2 === 0 ? 2 : 4) * Math.exp((-x * x) / 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
