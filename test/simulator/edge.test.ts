import { beforeAll, describe, expect, test } from 'vitest';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { tradingDays } from '../../shared/domain/market/calendar.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateFactors } from '../../simulator/factors.ts';
import { simulateDays } from '../../simulator/market.ts';
import { simulateUnderlying } from '../../simulator/underlying.ts';
import { correlation } from './correlation.ts';

const HORIZON = 15;
const rules = exchangesRules();

/** Correlation of the hidden flow with the next 15 minutes' return over many sessions of the bare path. */
function flowCorrelation(edge: number, sessions: number): number {
  const flows: number[] = [];
  const returns: number[] = [];
  for (let session = 0; session < sessions; session++) {
    const date = new Date(Date.UTC(2026, 0, 5) + session * 86_400_000).toISOString().slice(0, 10);
    const factors = simulateFactors(21, date, 375, undefined);
    const options = { seed: 21, name: 'NIFTY', date, factors, edge, volatilityFactor: 1 } as const;
    const { spot, flow } = simulateUnderlying({ ...options, pinStep: undefined, start: undefined });
    for (let minute = 0; minute + HORIZON < 375; minute++) {
      flows.push(flow[minute]!);
      returns.push(Math.log(spot[minute + HORIZON]! / spot[minute]!));
    }
  }
  return correlation(flows, returns);
}

describe('the hidden flow and the next 15 minutes', () => {
  test('edge 0: no correlation beyond noise over 800 sessions', () => {
    expect(Math.abs(flowCorrelation(0, 800))).toBeLessThan(0.02);
  });

  test('edge > 0: about 2.5 times the edge, rising with it', () => {
    const [faint, plain, strong] = [0.05, 0.15, 0.3].map((edge) => flowCorrelation(edge, 200));
    expect(faint).toBeGreaterThan(0.08);
    expect(faint).toBeLessThan(0.18);
    expect(plain).toBeGreaterThan(0.27);
    expect(plain).toBeLessThan(0.42);
    expect(strong).toBeGreaterThan(plain! + 0.1);
  });
});

/** What a tracker can see at a minute, each turned so that it is high when the hidden flow is. */
const SIGNALS = {
  oiChange: (now: ChainSnapshot, before: ChainSnapshot) =>
    growth(now, before, 'PE') - growth(now, before, 'CE'),
  depthImbalance: (now: ChainSnapshot) => {
    const bid = total(now, 'bid_quantity');
    const ask = total(now, 'ask_quantity');
    return (bid - ask) / (bid + ask);
  },
  pcrChange: (now: ChainSnapshot, before: ChainSnapshot) => Math.log(pcr(now) / pcr(before)),
  premiumChange: (now: ChainSnapshot, before: ChainSnapshot) => premium(now) - premium(before),
  futureOiChange: (now: ChainSnapshot, before: ChainSnapshot) => now.future_oi! / before.future_oi! - 1,
} as const;
type Signal = keyof typeof SIGNALS;
const NAMES = Object.keys(SIGNALS) as Signal[];

function total(
  snapshot: ChainSnapshot,
  key: 'oi' | 'bid_quantity' | 'ask_quantity',
  type?: 'CE' | 'PE',
): number {
  return snapshot.legs.reduce((sum, leg) => sum + (type && leg.option_type !== type ? 0 : leg[key]!), 0);
}

function pcr(snapshot: ChainSnapshot): number {
  return total(snapshot, 'oi', 'PE') / total(snapshot, 'oi', 'CE');
}

function premium(snapshot: ChainSnapshot): number {
  return snapshot.future_price! / snapshot.underlying_price;
}

function growth(now: ChainSnapshot, before: ChainSnapshot, type: 'CE' | 'PE'): number {
  const earlier = new Map(before.legs.map((leg) => [leg.symbol, leg.oi!]));
  const changes = now.legs
    .filter((leg) => leg.option_type === type && earlier.has(leg.symbol))
    .map((leg) => leg.oi! / earlier.get(leg.symbol)! - 1);
  return changes.reduce((sum, change) => sum + change, 0) / changes.length;
}

interface Observed {
  readonly signals: Readonly<Record<Signal, number[]>>;
  readonly flow: number[];
  readonly forward: number[];
}

function observe(edge: number, sessions: number): Observed {
  const exchanges = specsFrom(rules, ['NSE']);
  const dates = tradingDays('2026-01-01', '2026-06-30', rules.NSE).slice(0, sessions);
  const signals = Object.fromEntries(NAMES.map((name) => [name, [] as number[]])) as Record<Signal, number[]>;
  const [flow, forward]: [number[], number[]] = [[], []];
  for (const day of simulateDays({ seed: 5, exchanges, dates, edge })) {
    const { snapshots, path } = day.sessions[0]!;
    for (let minute = 12; minute + HORIZON < snapshots.length; minute += 3) {
      const [now, before] = [snapshots[minute]!, snapshots[minute - 9]!];
      for (const name of NAMES) signals[name].push(SIGNALS[name](now, before));
      flow.push(path.flow[minute]!);
      forward.push(snapshots[minute + HORIZON]!.underlying_price / now.underlying_price - 1);
    }
  }
  return { signals, flow, forward };
}

describe('what a tracker can see of it', () => {
  let fair: Observed;
  let planted: Observed;
  beforeAll(() => {
    fair = observe(0, 40);
    planted = observe(0.15, 40);
  });

  test.each(NAMES)('%s shows the flow, edge or not', (name) => {
    expect(correlation(fair.signals[name], fair.flow)).toBeGreaterThan(0.25);
    expect(correlation(planted.signals[name], planted.flow)).toBeGreaterThan(0.25);
  });

  test.each(NAMES)('%s says nothing on the next 15 minutes with edge 0', (name) => {
    expect(Math.abs(correlation(fair.signals[name], fair.forward))).toBeLessThan(0.06);
  });

  test.each(NAMES)('%s is clearly related to the next 15 minutes with edge 0.15', (name) => {
    expect(correlation(planted.signals[name], planted.forward)).toBeGreaterThan(0.08);
  });
});
