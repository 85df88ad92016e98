import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { nearestStrike } from '../../shared/domain/market/import/nearest-strike.ts';
import type { ChainSnapshot, Leg } from '../../shared/domain/market/snapshot.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay, simulateDays, simulateSession } from '../../simulator/market.ts';

const specs = specsFrom(exchangesRules(), EXCHANGES);
const nse = specs[0]!;
const day = simulateDay({ seed: 31, exchanges: specs, date: '2026-02-04', edge: 0.1 });
const expiryDay = simulateSession({ seed: 31, spec: nse, date: '2026-02-10', edge: 0.1 });
const allSessions = [...day.sessions, expiryDay];
/** Two roundings to a lot of at most 75 units. */
const ROUNDING = 75;
const isPrice = (value: number | null) => value !== null && Number(value.toFixed(2)) === value;

function atm(snapshot: ChainSnapshot, type: 'CE' | 'PE'): Leg {
  return snapshot.legs.find((leg) => leg.strike === snapshot.atm_strike && leg.option_type === type)!;
}

function meanIv(snapshots: readonly ChainSnapshot[]): number {
  return snapshots.reduce((sum, s) => sum + atm(s, 'CE').iv!, 0) / snapshots.length;
}

describe('every snapshot', () => {
  test('quotes the whole ladder and a few strikes beyond around the money', () => {
    for (const { snapshots, exchange } of allSessions) {
      const reach = exchange === 'NSE' || exchange === 'BSE' ? 6 : 12;
      const step = exchange === 'NSE' || exchange === 'NSE_MONTHLY' ? 50 : 100;
      for (const { legs, atm_strike, underlying_price } of snapshots) {
        expect(atm_strike).toBe(nearestStrike(underlying_price, step));
        const expected = Array.from({ length: 2 * reach + 1 }, (_, i) => atm_strike + (i - reach) * step);
        expect(legs.filter((leg) => leg.option_type === 'CE').map((leg) => leg.strike)).toEqual(expected);
        expect(legs.filter((leg) => leg.option_type === 'PE').map((leg) => leg.strike)).toEqual(expected);
        expect(new Set(legs.map((leg) => leg.symbol)).size).toBe(legs.length);
      }
    }
  });

  test('has prices of two decimals, options and future on the 0.05 tick, bid below ask', () => {
    for (const { snapshots } of allSessions) {
      for (const snapshot of snapshots) {
        expect([snapshot.underlying_price, snapshot.vix].every(isPrice)).toBe(true);
        const prices = [
          snapshot.future_price!,
          ...snapshot.legs.flatMap((l) => [l.ltp!, l.best_bid!, l.best_ask!]),
        ];
        expect(prices.every((price) => isPrice(price) && Math.round(price * 100) % 5 === 0)).toBe(true);
        expect(snapshot.legs.every((leg) => leg.best_bid! > 0 && leg.best_bid! < leg.best_ask!)).toBe(true);
      }
    }
  });

  test('keeps put-call parity: straddling quotes imply one forward between spot and future', () => {
    for (const { snapshots } of day.sessions) {
      for (const snapshot of snapshots) {
        const [call, put] = [atm(snapshot, 'CE'), atm(snapshot, 'PE')];
        const mid = (leg: Leg) => (leg.best_bid! + leg.best_ask!) / 2;
        const forward = snapshot.atm_strike + mid(call) - mid(put);
        const slack = 0.0005 * snapshot.underlying_price;
        expect(forward).toBeGreaterThan(snapshot.underlying_price - slack);
        expect(forward).toBeLessThan(snapshot.future_price! + slack);
      }
    }
  });

  test('counts in lots of the contract', () => {
    for (const { snapshots, exchange, date } of allSessions) {
      const { lotSize } = specs.find((spec) => spec.exchange === exchange)!.termsOn(date)!;
      for (const snapshot of snapshots) {
        const units = snapshot.legs.flatMap((l) => [l.oi!, l.volume!, l.bid_quantity!, l.ask_quantity!]);
        expect([snapshot.future_oi!, ...units].every((unit) => unit % lotSize === 0)).toBe(true);
      }
    }
  });
});

describe('through a session', () => {
  test('volume never falls, and open interest never moves by more than was traded', () => {
    for (const { snapshots } of allSessions) {
      const last = new Map<string, Leg>();
      for (const leg of snapshots.filter((_, minute) => minute % 3 === 0).flatMap((s) => s.legs)) {
        const before = last.get(leg.symbol);
        if (before) {
          expect(leg.volume!).toBeGreaterThanOrEqual(before.volume!);
          expect(Math.abs(leg.oi! - before.oi!)).toBeLessThanOrEqual(leg.volume! - before.volume! + ROUNDING);
        }
        last.set(leg.symbol, leg);
      }
    }
  });

  test('open interest changes every third minute and stands still in between', () => {
    for (const { snapshots } of allSessions) {
      for (let minute = 1; minute < snapshots.length; minute++) {
        const before = new Map(snapshots[minute - 1]!.legs.map((leg) => [leg.symbol, leg.oi]));
        const both = snapshots[minute]!.legs.filter((leg) => before.has(leg.symbol));
        const moved = both.filter((leg) => leg.oi !== before.get(leg.symbol)).length;
        if (minute % 3 !== 0) {
          expect(moved).toBe(0);
          expect(snapshots[minute]!.future_oi).toBe(snapshots[minute - 1]!.future_oi);
        } else expect(moved).toBeGreaterThan(both.length / 2);
      }
    }
  });

  test('open interest is carried over night while the contract lives, volume starts anew', () => {
    const dates = ['2026-02-04', '2026-02-05'];
    const [first, second] = [...simulateDays({ seed: 31, exchanges: [nse], dates, edge: 0 })];
    const close = new Map(first!.sessions[0]!.snapshots.at(-1)!.legs.map((leg) => [leg.symbol, leg]));
    const opening = second!.sessions[0]!.snapshots[0]!.legs.filter((leg) => close.has(leg.symbol));
    expect(opening.length).toBeGreaterThan(10);
    for (const leg of opening) {
      expect(Math.abs(leg.oi! / close.get(leg.symbol)!.oi! - 1)).toBeLessThan(0.05);
      expect(leg.volume!).toBeLessThan(close.get(leg.symbol)!.volume!);
    }
  });
});

describe('the day of expiry', () => {
  const expiry = expiryDay.snapshots;
  const ordinary = day.sessions[0]!.snapshots;

  test('is the contract of that day, the next one follows', () => {
    expect(expiry[0]!.expiry).toBe('2026-02-10');
    expect(simulateSession({ seed: 31, spec: nse, date: '2026-02-11', edge: 0 }).snapshots[0]!.expiry).toBe(
      '2026-02-17',
    );
  });

  test('implied volatility collapses in its last hours', () => {
    expect(meanIv(expiry.slice(-60))).toBeLessThan(0.8 * meanIv(expiry.slice(0, 60)));
    expect(meanIv(ordinary.slice(-60))).toBeGreaterThan(0.8 * meanIv(ordinary.slice(0, 60)));
  });

  test('volume is a multiple of an ordinary day', () => {
    const traded = (snapshots: readonly ChainSnapshot[]) => atm(snapshots.at(-1)!, 'CE').volume!;
    expect(traded(expiry)).toBeGreaterThan(2 * traded(ordinary));
  });

  test('options end near their intrinsic value', () => {
    const last = expiry.at(-1)!;
    for (const leg of last.legs) {
      const intrinsic = Math.max(
        0,
        (last.underlying_price - leg.strike) * (leg.option_type === 'CE' ? 1 : -1),
      );
      expect(Math.abs((leg.best_bid! + leg.best_ask!) / 2 - intrinsic)).toBeLessThan(25);
    }
  });
});

describe('spreads', () => {
  test('widen in the wings', () => {
    const spread = (snapshot: ChainSnapshot, distance: number) => {
      const leg = snapshot.legs.find(
        (l) => l.strike === snapshot.atm_strike - distance && l.option_type === 'CE',
      )!;
      return (leg.best_ask! - leg.best_bid!) / leg.best_bid!;
    };
    const mean = (distance: number) =>
      day.sessions[2]!.snapshots.reduce((sum, s) => sum + spread(s, -distance), 0) / 375;
    expect(mean(600)).toBeGreaterThan(1.3 * mean(0));
  });
});

describe('a drifted session', () => {
  const plain = day.sessions[0]!;
  const drifted = simulateSession({
    seed: 31,
    spec: nse,
    date: '2026-02-04',
    edge: 0.1,
    drifted: { volatilityFactor: 3, ivShiftPct: 10, putOiFactor: 2.5 },
  });
  const size = (snapshots: readonly ChainSnapshot[]) => {
    const moves = snapshots
      .slice(1)
      .map((s, i) => Math.log(s.underlying_price / snapshots[i]!.underlying_price) ** 2);
    return Math.sqrt(moves.reduce((sum, move) => sum + move, 0) / moves.length);
  };
  const pcr = ({ legs }: ChainSnapshot) => {
    const oi = (type: string) => legs.reduce((sum, leg) => sum + (leg.option_type === type ? leg.oi! : 0), 0);
    return oi('PE') / oi('CE');
  };

  test('moves three times as much, ten points of volatility dearer, with another put-call ratio', () => {
    expect(size(drifted.snapshots) / size(plain.snapshots)).toBeCloseTo(3, 0);
    expect(meanIv(drifted.snapshots) - meanIv(plain.snapshots)).toBeGreaterThan(9);
    expect(drifted.snapshots[0]!.vix! - plain.snapshots[0]!.vix!).toBeCloseTo(10, 6);
    expect(pcr(drifted.snapshots[0]!) / pcr(plain.snapshots[0]!)).toBeGreaterThan(1.5);
  });
});
