import { describe, expect, it } from 'vitest';
import { BALANCE } from '../../../../../shared/domain/features/chain-v3/balance.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { aPricedSnapshot, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';

/** Three strikes: 25950, 26000, 26050 with the underlying at 26010. */
const OI = { CE: [100, 300, 600], PE: [500, 300, 400] } as const;
const VOLUME = { CE: [10, 20, 30], PE: [40, 10, 10] } as const;
const placeOf = ({ strike }: Leg) => (strike - 25_950) / 50;

function snapshot(minute = 200, leg: (leg: Leg) => Leg | null = (one) => one) {
  return aPricedSnapshot({
    minute,
    price: 26_010,
    sides: 1,
    leg: (one) => {
      const place = placeOf(one);
      return leg({ ...one, oi: OI[one.option_type][place]!, volume: VOLUME[one.option_type][place]! });
    },
  });
}

const balance = (...args: Parameters<typeof snapshot>) => valuesOf(BALANCE, windowOver([snapshot(...args)]));

describe('balance of puts and calls', () => {
  it('is the ratio of the sums', () => {
    expect(balance()).toMatchObject({ pcr_oi: 1200 / 1000, pcr_volume: 60 / 60 });
  });

  it('knows which open interest is in the money by the underlying price', () => {
    expect(balance()).toMatchObject({ call_itm_oi_share: 400 / 1000, put_itm_oi_share: 400 / 1200 });
  });

  it('says where the open interest stands', () => {
    const calls = (25_950 * 100 + 26_000 * 300 + 26_050 * 600) / 1000;
    const puts = (25_950 * 500 + 26_000 * 300 + 26_050 * 400) / 1200;
    expect(balance().call_oi_centre_pct).toBeCloseTo(100 * (calls / 26_010 - 1), 12);
    expect(balance().put_oi_centre_pct).toBeCloseTo(100 * (puts / 26_010 - 1), 12);
  });

  it('compares like with like: a strike that lacks one side counts on neither', () => {
    const withoutPut = balance(200, (leg) => (leg.option_type === 'PE' && placeOf(leg) === 2 ? null : leg));
    expect(withoutPut.pcr_oi).toBe(800 / 400);
    const unknownPut = balance(200, (leg) =>
      leg.option_type === 'PE' && placeOf(leg) === 2 ? { ...leg, oi: null } : leg,
    );
    expect(unknownPut.pcr_oi).toBe(800 / 400);
    expect(unknownPut.pcr_volume).toBe(1);
    expect(unknownPut.put_itm_oi_share).toBe(0);
  });

  it('says how much of the ladder is known', () => {
    expect(balance().ladder_coverage).toBeCloseTo(6 / 22, 12);
    const unknown = balance(200, (leg) => {
      if (placeOf(leg) === 0) return { ...leg, oi: null };
      return placeOf(leg) === 1 ? { ...leg, best_bid: leg.best_ask! + 1 } : leg;
    });
    expect(unknown.ladder_coverage).toBeCloseTo(2 / 22, 12);
  });

  it('takes the volume of the last 15 minutes from the day totals', () => {
    const before = snapshot(185);
    const now = snapshot(200, (leg) => ({
      ...leg,
      volume: leg.volume! + (leg.option_type === 'CE' ? 5 : 20),
    }));
    const values = valuesOf(BALANCE, windowOver([before, now]));
    expect(values).toMatchObject({
      pcr_volume_15m: 60 / 15,
      call_turnover_15m: 15 / 1000,
      put_turnover_15m: 60 / 1200,
    });
  });

  it('leaves out a leg whose day total fell', () => {
    const now = snapshot(200, (leg) => ({ ...leg, volume: placeOf(leg) === 0 ? 1 : leg.volume! + 7 }));
    const values = valuesOf(BALANCE, windowOver([snapshot(185), now]));
    expect(values).toMatchObject({ pcr_volume_15m: 1, call_turnover_15m: 14 / 900 });
  });

  it('is missing without a denominator, never a huge number', () => {
    const noCalls = balance(200, (leg) => (leg.option_type === 'CE' ? { ...leg, oi: 0, volume: 0 } : leg));
    expect(noCalls).toMatchObject({
      pcr_oi: Number.NaN,
      pcr_volume: Number.NaN,
      pcr_volume_15m: Number.NaN,
      call_itm_oi_share: Number.NaN,
      call_oi_centre_pct: Number.NaN,
      put_itm_oi_share: 400 / 1200,
    });
  });

  it('does not look beyond the ladder of the terms', () => {
    const wide = aPricedSnapshot({
      sides: 30,
      leg: (leg) => ({ ...leg, oi: leg.option_type === 'CE' ? 2 : 4 }),
    });
    const odd = {
      ...wide,
      legs: wide.legs.map((leg) => (Math.abs(leg.strike - 26_000) > 250 ? { ...leg, oi: 1e9 } : leg)),
    };
    expect(valuesOf(BALANCE, windowOver([odd]))).toEqual(valuesOf(BALANCE, windowOver([wide])));
    expect(valuesOf(BALANCE, windowOver([wide])).pcr_oi).toBe(2);
  });
});
