import { describe, expect, it } from 'vitest';
import { FUTURE } from '../../../../../shared/domain/features/chain-v3/future.ts';
import { timelineOf } from '../../../../../shared/domain/features/window.ts';
import {
  aPricedSession,
  aPricedSnapshot,
  type PricedChain,
  valuesOf,
  windowOver,
} from '../../../../factories/priced-chain.ts';

const future = (chain: PricedChain, siblings = {}) =>
  valuesOf(FUTURE, windowOver([aPricedSnapshot(chain)], { siblings }));
const priced = (future_price: number | null): PricedChain => ({ overrides: { future_price } });
/** 2025-12-04 12:35 to 15:30 on the 30th. */
const MONTH_YEARS = (26 + 175 / 1440) / 365;
const monthly = {
  NSE_MONTHLY: timelineOf([aPricedSnapshot({ exchange: 'NSE_MONTHLY', expiry: '2025-12-30', minute: 199 })]),
};

describe('the future', () => {
  it('stands over the underlying by its basis', () => {
    expect(future(priced(26_130)).future_basis_bps).toBeCloseTo(1e4 * Math.log(26_130 / 26_000), 9);
  });

  it('is annualised by its own expiry, which is that of the monthly options', () => {
    const carry = (100 * Math.log(26_130 / 26_000)) / MONTH_YEARS;
    expect(future(priced(26_130), monthly).future_carry_pct).toBeCloseTo(carry, 9);
    const own = future({ ...priced(26_130), exchange: 'BANKNIFTY_MONTHLY', expiry: '2025-12-30' });
    expect(own.future_carry_pct).toBeCloseTo(carry, 9);
  });

  it('has no carry where its expiry is not known, near expiry, or where it cannot be a rate', () => {
    expect(future(priced(26_130)).future_carry_pct).toBeNaN();
    expect(future({ ...priced(26_130), exchange: 'BSE' }, monthly).future_carry_pct).toBeNaN();
    expect(future(priced(30_000), monthly).future_carry_pct).toBeNaN();
    const today = { ...priced(26_001), exchange: 'NSE_MONTHLY', expiry: '2025-12-04' } as const;
    expect(future(today).future_carry_pct).toBeNaN();
  });

  it('is carried over five minutes and no longer; a missing one is missing, not the underlying', () => {
    const lostFor = (minutes: number) =>
      valuesOf(
        FUTURE,
        windowOver(aPricedSession(180, 200, (minute) => priced(minute > 200 - minutes ? null : 26_100))),
      ).future_basis_bps;
    expect(lostFor(5)).toBeCloseTo(1e4 * Math.log(261 / 260), 9);
    expect(lostFor(6)).toBeNaN();
    expect(future(priced(null)).future_basis_bps).toBeNaN();
  });

  it('moves against the underlying within a quarter of an hour', () => {
    const session = aPricedSession(180, 200, (minute) => priced(minute >= 190 ? 26_100 : 26_050));
    expect(valuesOf(FUTURE, windowOver(session)).future_basis_change_15m).toBeCloseTo(
      1e4 * Math.log(26_100 / 26_050),
      9,
    );
  });
});

describe('the forward of the options', () => {
  it('implies a carry to their own expiry', () => {
    const years = (5 + 175 / 1440) / 365;
    expect(future({ carry: 15 }).implied_carry_pct).toBeCloseTo((100 * Math.log(26_015 / 26_000)) / years, 4);
    expect(future({ carry: 15, expiry: '2025-12-04' }).implied_carry_pct).toBeNaN();
    expect(future({ carry: 250 }).implied_carry_pct).toBeNaN();
  });

  it('says how well the strikes agree', () => {
    expect(future({}).parity_dispersion_bps).toBeLessThan(1e-6);
    const apart = future({
      leg: (leg) =>
        leg.option_type === 'CE' ? { ...leg, best_ask: leg.best_ask! + (leg.strike - 25_750) / 100 } : leg,
    });
    expect(apart.parity_dispersion_bps).toBeGreaterThan(0.1);
  });

  it('is missing with one side only', () => {
    const values = future({ leg: (leg) => (leg.option_type === 'CE' ? leg : null) });
    expect([values.implied_carry_pct, values.parity_dispersion_bps]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('open interest of the future', () => {
  const change = (oi: (minute: number) => number | null, from = 150, to = 200) =>
    valuesOf(
      FUTURE,
      windowOver(aPricedSession(from, to, (minute) => ({ overrides: { future_oi: oi(minute) } }))),
    ).future_oi_change_30m_pct;
  /** A new value every third minute: 198 is the last one. */
  const stepped = (minute: number) => 1_000_000 + 500 * Math.floor(minute / 3);

  it('changes from 30 minutes before its last publication', () => {
    for (const to of [198, 199, 200])
      expect(change(stepped, 150, to)).toBeCloseTo((100 * 500 * 10) / (1_000_000 + 500 * 56), 12);
  });

  it('keeps a real zero', () => {
    expect(change((minute) => (minute === 198 ? 1001 : minute === 199 ? 1000 : 1000))).toBe(0);
  });

  it('is missing when it is stale, absent or from nothing', () => {
    expect(change(() => 5)).toBeNaN();
    expect(change(() => null)).toBeNaN();
    expect(change((minute) => (minute < 190 ? 0 : 7))).toBeNaN();
    expect(change(stepped, 180)).toBeNaN();
  });
});
