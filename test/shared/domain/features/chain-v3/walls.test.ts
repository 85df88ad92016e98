import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../../../shared/domain/features/chain-v3/context.ts';
import { WALLS } from '../../../../../shared/domain/features/chain-v3/walls.ts';
import { aPricedSnapshot, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';

const STRIKES = [25_900, 25_950, 26_000, 26_050, 26_100];

function windowWith(calls: readonly (number | null)[], puts: readonly (number | null)[], price = 26_010) {
  return windowOver([
    aPricedSnapshot({
      price,
      sides: 2,
      leg: (leg) => ({
        ...leg,
        oi: (leg.option_type === 'CE' ? calls : puts)[STRIKES.indexOf(leg.strike)] ?? null,
      }),
    }),
  ]);
}

const walls = (...args: Parameters<typeof windowWith>) => valuesOf(WALLS, windowWith(...args));
const pct = (strike: number) => 100 * (strike / 26_010 - 1);

describe('walls of open interest', () => {
  it('are the largest at or beyond the price: calls above, puts below', () => {
    const values = walls([900, 1, 1, 60, 40], [10, 70, 20, 5, 900]);
    expect(values.call_wall_pct).toBeCloseTo(pct(26_050), 12);
    expect(values.put_wall_pct).toBeCloseTo(pct(25_950), 12);
    expect(values.call_wall_share).toBeCloseTo(60 / 1002, 12);
    expect(values.put_wall_share).toBeCloseTo(70 / 1005, 12);
  });

  it('of two as large are the nearer one', () => {
    const values = walls([0, 0, 0, 50, 50], [50, 0, 50, 0, 0]);
    expect([values.call_wall_pct, values.put_wall_pct]).toEqual([pct(26_050), pct(26_000)]);
  });

  it('are missing on the side that has none', () => {
    const values = walls([5, 5, 5, 0, 0], [null, null, null, 3, 3]);
    expect(values).toMatchObject({
      call_wall_pct: Number.NaN,
      put_wall_pct: Number.NaN,
      put_wall_share: Number.NaN,
    });
  });

  it('measure their distance in deviations to expiry too', () => {
    const window = windowWith([0, 0, 0, 0, 9], [9, 0, 0, 0, 0]);
    const values = valuesOf(WALLS, window);
    // 12 % over 5 days, 2 hours and 55 minutes from 12:35.
    const sigma = 26_010 * 0.12 * Math.sqrt((5 + 175 / 1440) / 365);
    expect(contextOf(window).sigmaPoints).toBeCloseTo(sigma, 6);
    expect(values.call_wall_sigma).toBeCloseTo(90 / sigma, 8);
    expect(values.put_wall_sigma).toBeCloseTo(-110 / sigma, 8);
  });
});

describe('max pain', () => {
  it('is where the options of all strikes would be worth least', () => {
    // At 26000 calls bring 100 x 50 + 10 x 100, puts 40 x 50; at its neighbours more.
    const calls = [10, 100, 30, 20, 0];
    const puts = [0, 20, 50, 40, 0];
    const worth = (at: number) =>
      STRIKES.reduce(
        (sum, strike, i) => sum + calls[i]! * Math.max(0, at - strike) + puts[i]! * Math.max(0, strike - at),
        0,
      );
    const least = STRIKES.toSorted((a, b) => worth(a) - worth(b))[0]!;
    expect(least).toBe(25_950);
    expect(walls(calls, puts).max_pain_pct).toBeCloseTo(pct(least), 12);
  });

  it('lies at the one strike that has everything', () => {
    expect(walls([0, 0, 0, 7, 0], [0, 0, 0, 9, 0]).max_pain_pct).toBeCloseTo(pct(26_050), 12);
  });

  it('leaves out strikes of which one side is unknown', () => {
    const values = walls([0, 0, 0, 7, 1e9], [0, 0, 0, 9, null]);
    expect(values.max_pain_pct).toBeCloseTo(pct(26_050), 12);
  });

  it('is missing without open interest', () => {
    expect(walls([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]).max_pain_pct).toBeNaN();
    expect(walls([], []).max_pain_sigma).toBeNaN();
  });

  it('rises when calls move up, whatever the open interest', () => {
    const oi = fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(oi, oi, (calls, puts) => {
        const total = calls.reduce((a, b) => a + b, 0) + puts.reduce((a, b) => a + b, 0);
        fc.pre(total > 0);
        const higher = [0, ...calls.slice(0, 3), calls[3]! + calls[4]!];
        expect(walls(higher, puts).max_pain_pct).toBeGreaterThanOrEqual(walls(calls, puts).max_pain_pct!);
      }),
      { numRuns: 50 },
    );
  });
});
