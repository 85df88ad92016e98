import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEALER } from '../../../../../shared/domain/features/chain-v3/dealer.ts';
import { gammaFlip } from '../../../../../shared/domain/features/chain-v3/gamma-flip.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import {
  aPricedSnapshot,
  type PricedChain,
  valuesOf,
  windowOver,
} from '../../../../factories/priced-chain.ts';

type Oi = (leg: Leg) => number | null;

const dealer = (oi: Oi, chain: PricedChain = {}) =>
  valuesOf(DEALER, windowOver([aPricedSnapshot({ ...chain, leg: (leg) => ({ ...leg, oi: oi(leg) }) })]));
const isCall = (leg: Leg) => leg.option_type === 'CE';
const YEARS = (5 + 175 / 1440) / 365;

/** Delta of a call by a fine difference of Black's price, worked out with Simpson's rule: not our own greeks. */
function delta(forward: number, strike: number, volatility: number, years: number): number {
  const deviation = volatility * Math.sqrt(years);
  return normal(Math.log(forward / strike) / deviation + deviation / 2);
}

function normal(x: number): number {
  let sum = 0;
  for (let i = 0; i <= 4000; i += 1) {
    const at = -10 + (i * (x + 10)) / 4000;
    sum += (i === 0 || i === 4000 ? 1 : i % 2 === 0 ? 2 : 4) * Math.exp((-at * at) / 2);
  }
  return (sum * (x + 10)) / 4000 / 3 / Math.sqrt(2 * Math.PI);
}

describe('dealer exposures', () => {
  const units = 1_000_000;
  const one: Oi = (leg) => (leg.strike === 26_050 && isCall(leg) ? units : 0);

  it('of one call are the rupees of delta that a small move brings', () => {
    const values = dealer(one);
    const at = (forward: number, volatility = 0.12, years = YEARS) =>
      delta(forward, 26_050, volatility, years);
    const gained = (change: number) => (units * 26_020 * change) / 1e7;
    const percentUp = (at(26_020 * 1.00001) - at(26_020 * 0.99999)) / 0.00002 / 100;
    expect(values.dealer_gamma_crore).toBeCloseTo(gained(percentUp), 2);
    const pointUp = (at(26_020, 0.1201) - at(26_020, 0.1199)) / 0.0002 / 100;
    expect(values.dealer_vanna_crore).toBeCloseTo(gained(pointUp), 3);
    const dayOn = (at(26_020, 0.12, YEARS - 1e-5) - at(26_020, 0.12, YEARS + 1e-5)) / 2e-5 / 365;
    expect(values.dealer_charm_crore).toBeCloseTo(gained(dayOn), 2);
    expect(values.dealer_gamma_balance).toBe(1);
  });

  it('do not speak of more time than there is on the last day', () => {
    const years = 175 / 1440 / 365;
    const at = (later: number) => delta(26_020, 26_050, 0.12, years - later);
    const charm = (at(1e-8) - at(-1e-8)) / 2e-8;
    const values = dealer(one, { expiry: '2025-12-04' });
    expect(values.dealer_charm_crore! / ((units * 26_020 * charm * years) / 1e7)).toBeCloseTo(1, 4);
  });

  it('of a put are the same with the other sign: dealers are long calls and short puts', () => {
    const call = dealer(one);
    const put = dealer((leg) => (leg.strike === 26_050 && !isCall(leg) ? units : 0));
    for (const name of [
      'dealer_gamma_crore',
      'dealer_vanna_crore',
      'dealer_charm_crore',
      'dealer_gamma_balance',
    ])
      expect(put[name], name).toBeCloseTo(-call[name]!, 9);
  });

  it('cancel where calls and puts are as many', () => {
    const even = dealer((leg) => leg.strike - 25_000);
    expect([even.dealer_gamma_crore, even.dealer_gamma_balance, even.gamma_flip_level]).toEqual([
      0,
      0,
      Number.NaN,
    ]);
  });

  it('leave out strikes of which one side is unknown', () => {
    const oi: Oi = (leg) => (leg.strike === 25_800 ? (isCall(leg) ? 1e9 : null) : one(leg));
    expect(dealer(oi).dealer_gamma_crore).toBe(dealer(one).dealer_gamma_crore);
  });

  it('are missing without open interest, without prices and after expiry', () => {
    const without = [
      dealer(() => null),
      valuesOf(
        DEALER,
        windowOver([
          aPricedSnapshot({ leg: (leg) => ({ ...leg, best_bid: null, best_ask: null, ltp: null }) }),
        ]),
      ),
      dealer(one, { minute: 376, expiry: '2025-12-04' }),
    ];
    for (const values of without) expect(Object.values(values).every(Number.isNaN)).toBe(true);
  });
});

describe('the gamma flip level', () => {
  it('is a price at which the gamma of the book is nil, and not at the prices either side', () => {
    const values = dealer((leg) => (isCall(leg) === leg.strike > 26_000 ? 1000 : 400));
    const gammaAt = (price: number) => dealerGamma(price + 20, (strike) => (strike > 26_000 ? 600 : -600));
    expect(values.gamma_flip_level).toBeGreaterThan(25_900);
    expect(values.gamma_flip_level).toBeLessThan(26_100);
    expect(gammaAt(values.gamma_flip_level! - 25)).toBeLessThan(0);
    expect(gammaAt(values.gamma_flip_level! + 25)).toBeGreaterThan(0);
    expect(values.gamma_flip_pct).toBeCloseTo(100 * (values.gamma_flip_level! / 26_000 - 1), 9);
    expect(values.gamma_flip_sigma).toBeCloseTo(
      (values.gamma_flip_level! - 26_000) / (26_000 * 0.12 * Math.sqrt(YEARS)),
      6,
    );
  });

  it('is missing when all strikes pull the same way', () => {
    expect(dealer((leg) => (isCall(leg) ? 10 : 5)).gamma_flip_level).toBeNaN();
  });

  it('of a book that mirrors itself is its centre', () => {
    const strikes = [90, 100, 110].map((strike) => Math.log(strike));
    const mirrored = [Math.exp(strikes[0]!), Math.exp(strikes[2]!)];
    const positions = mirrored.map((strike, i) => ({
      strike,
      volatility: 0.2,
      net: i === 0 ? -1 : 1,
      gross: 1,
    }));
    const years = 0.05;
    const flip = gammaFlip(positions, { forward: 100, years });
    // Equal densities where d1 of both are opposite: at the geometric mean, less half the variance.
    expect(flip).toBeCloseTo(Math.sqrt(90 * 110) * Math.exp((-0.2 * 0.2 * years) / 2), 6);
  });

  it('of several is the nearest to now', () => {
    const strikes = [100, 110, 120, 130, 140];
    const positions = strikes.map((strike, i) => ({
      strike,
      volatility: 0.2,
      net: i % 2 === 0 ? 1 : -1,
      gross: 1,
    }));
    const at = (forward: number) => gammaFlip(positions, { forward, years: 0.002 });
    expect(at(103)).toBeCloseTo(105, 0);
    expect(at(118)).toBeCloseTo(115, 0);
    expect(at(137)).toBeCloseTo(135, 0);
  });

  it('changes the sign of the gamma wherever it is, and lies within the ladder', () => {
    const book = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(book, (nets) => {
        const positions = nets.map((net, i) => ({
          strike: 25_750 + 50 * i,
          volatility: 0.12,
          net,
          gross: 1,
        }));
        const flip = gammaFlip(positions, { forward: 26_020, years: YEARS });
        if (Number.isNaN(flip)) return;
        const netAt = (strike: number) => nets[(strike - 25_750) / 50]!;
        expect(flip).toBeGreaterThanOrEqual(25_750);
        expect(flip).toBeLessThanOrEqual(26_250);
        expect(dealerGamma(flip - 1e-3, netAt) * dealerGamma(flip + 1e-3, netAt)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });
});

/** Net gamma of the ladder at a forward, from the textbook formula. */
function dealerGamma(forward: number, net: (strike: number) => number): number {
  let sum = 0;
  for (let strike = 25_750; strike <= 26_250; strike += 50) {
    const deviation = 0.12 * Math.sqrt(YEARS);
    const d1 = Math.log(forward / strike) / deviation + deviation / 2;
    sum += (net(strike) * Math.exp((-d1 * d1) / 2)) / (forward * deviation * Math.sqrt(2 * Math.PI));
  }
  return sum;
}
