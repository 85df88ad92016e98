import { describe, expect, it } from 'vitest';
import { DAYS } from '../../../../../shared/domain/features/chain-v3/days.ts';
import type { DaySummary } from '../../../../../shared/domain/features/day-summary.ts';
import { addDays } from '../../../../../shared/domain/market/indian-time.ts';
import { aDaySummary } from '../../../../factories/day-summary.ts';
import { aPricedSnapshot, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';
import { someTerms } from '../../../../factories/window.ts';

/** Earlier sessions, the last one the day before 2025-12-04. */
function daysBack(count: number, day: (back: number) => Partial<DaySummary> = () => ({})): DaySummary[] {
  return Array.from({ length: count }, (_, i) => {
    const back = count - i;
    return aDaySummary({ date: addDays('2025-12-04', -back), ...day(back) });
  });
}

const days = (priorDays: readonly DaySummary[], terms = someTerms()) =>
  valuesOf(DAYS, windowOver([aPricedSnapshot()], { priorDays }, terms));

describe('earlier sessions', () => {
  it('say how far the price is from the last close, if it is the close of the session before', () => {
    const priorDays = daysBack(3, (back) => ({ closeUnderlying: 26_000 - 100 * back }));
    expect(days(priorDays).return_since_prior_close_pct).toBeCloseTo(100 * Math.log(26_000 / 25_900), 12);
    expect(days(priorDays.slice(0, 2)).return_since_prior_close_pct).toBeNaN();
    expect(days(priorDays, someTerms({ previousDate: '2025-12-01' })).return_since_prior_close_pct).toBeNaN();
  });

  it('keep the night apart from the day', () => {
    // Each night 1 % up, each day 2 % down.
    const level = (back: number) => 26_000 * 0.98 ** -back * 1.01 ** -back;
    const priorDays = daysBack(30, (back) => ({
      closeUnderlying: level(back),
      openUnderlying: level(back) / 0.98,
    }));
    const values = days(priorDays);
    expect(values.overnight_vol_20d_pct).toBeCloseTo(100 * Math.log(1.01) * Math.sqrt(252), 8);
    expect(values.realised_vol_20d_pct).toBeCloseTo(-100 * Math.log(0.98 * 1.01) * Math.sqrt(252), 8);
    expect(values.vol_risk_premium_20d).toBeCloseTo(12 - values.realised_vol_20d_pct!, 6);
  });

  it('had a volatility of their own, which is that of a month of them', () => {
    const busy = daysBack(25, (back) => ({
      dailyVolatility: back > 20 ? 0.1 : back % 2 === 0 ? 0.006 : 0.008,
    }));
    expect(days(busy).session_vol_20d_pct).toBeCloseTo(
      100 * Math.sqrt(((0.006 ** 2 + 0.008 ** 2) / 2) * 252),
      9,
    );
    const half = daysBack(20, (back) => ({ dailyVolatility: back > 9 ? null : 0.006 }));
    expect(days(half).session_vol_20d_pct).toBeNaN();
  });

  it('of the last twenty returns only, and at least ten', () => {
    const wild = daysBack(40, (back) => ({
      closeUnderlying: back > 21 ? 26_000 * (1 + (back % 2)) : 26_000,
    }));
    expect(days(wild).realised_vol_20d_pct).toBe(0);
    expect(days(daysBack(10)).realised_vol_20d_pct).toBeNaN();
    expect(days(daysBack(11)).realised_vol_20d_pct).toBe(0);
  });

  it('rank the present volatility between their lowest and highest', () => {
    const priorDays = daysBack(40, (back) => ({ closeAtmIv: 0.08 + 0.001 * back }));
    // 8.1 % to 12 %, now 12 %.
    expect(days(priorDays).atm_iv_rank).toBeCloseTo(1, 9);
    const calmer = daysBack(40, (back) => ({ closeAtmIv: 0.06 + 0.002 * back }));
    expect(days(calmer).atm_iv_rank).toBeCloseTo((0.12 - 0.062) / (0.14 - 0.062), 9);
  });

  it('without a closing volatility do not count for the rank, which needs twenty', () => {
    const some = daysBack(40, (back) => ({ closeAtmIv: back % 2 === 0 ? 0.08 + 0.001 * back : null }));
    expect(days(some).atm_iv_rank).toBeCloseTo((0.12 - 0.082) / (0.12 - 0.082), 9);
    expect(days(some.slice(2)).atm_iv_rank).toBeNaN();
  });

  it('that are not there leave all of it missing', () => {
    expect(Object.values(days([])).every(Number.isNaN)).toBe(true);
  });
});
