import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { chainSnapshotSchema, EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay, simulateDays, simulateMarket, simulateSession } from '../../simulator/market.ts';

const specs = specsFrom(exchangesRules(), EXCHANGES);
const [nse, bse, nseMonthly] = specs as [(typeof specs)[0], (typeof specs)[0], (typeof specs)[0]];

describe('a simulated session', () => {
  test('has one valid snapshot a minute, from open to close, in Indian time', () => {
    const { snapshots } = simulateSession({ seed: 7, spec: nse, date: '2026-01-05', edge: 0 });
    expect(snapshots).toHaveLength(375);
    expect(snapshots[0]!.timestamp).toBe('2026-01-05T09:15:00+05:30');
    expect(snapshots[374]!.timestamp).toBe('2026-01-05T15:29:00+05:30');
    for (const snapshot of snapshots) expect(chainSnapshotSchema.parse(snapshot)).toEqual(snapshot);
  });

  test('follows the hours and the lot size that the caller states', () => {
    const longer = {
      ...nse,
      termsOn: (date: string) => ({ ...nse.termsOn(date)!, closeMinute: 940, lotSize: 75 }),
    };
    const { snapshots } = simulateSession({ seed: 7, spec: longer, date: '2026-01-05', edge: 0 });
    expect(snapshots).toHaveLength(385);
    expect(snapshots[384]!.timestamp).toBe('2026-01-05T15:39:00+05:30');
    for (const leg of snapshots[384]!.legs) {
      for (const units of [leg.oi, leg.volume, leg.bid_quantity, leg.ask_quantity])
        expect(units! % 75).toBe(0);
    }
  });

  test('is the same to the byte for one seed and another for the next', () => {
    const bytes = (seed: number) =>
      JSON.stringify(simulateSession({ seed, spec: bse, date: '2026-01-05', edge: 0.1 }));
    expect(bytes(11)).toBe(bytes(11));
    expect(bytes(12)).not.toBe(bytes(11));
  });

  test('is valid for any seed, edge, day and chain, drifted or not', () => {
    const dates = ['2025-09-02', '2026-02-24', '2026-03-02', '2026-08-04', '2026-10-29'];
    const cases = fc.record({
      seed: fc.integer(),
      edge: fc.double({ min: 0, max: 1, noNaN: true }),
      date: fc.constantFrom(...dates),
      spec: fc.constantFrom(...specs),
      drifted: fc.constantFrom({}, { volatilityFactor: 3, ivShiftPct: 10, putOiFactor: 2 }),
    });
    fc.assert(
      fc.property(cases, (options) => {
        const { snapshots } = simulateSession(options);
        const invalid = snapshots.filter((s) => !chainSnapshotSchema.safeParse(s).success);
        expect(invalid).toEqual([]);
        expect(snapshots.every((s) => s.expiry >= options.date)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  test('refuses a holiday, an edge out of range and a broken seed by name', () => {
    const options = { seed: 1, spec: nse, date: '2026-01-05', edge: 0 };
    expect(() => simulateSession({ ...options, date: '2026-01-26' })).toThrow(
      'date: expected a trading day of NSE, was 2026-01-26',
    );
    expect(() => simulateSession({ ...options, edge: -0.1 })).toThrow(
      'edge: expected a number from 0 to 1, was -0.1',
    );
    expect(() => simulateSession({ ...options, edge: Number.NaN })).toThrow('edge');
    expect(() => simulateSession({ ...options, seed: 1.5 })).toThrow(
      'seed: expected a whole number, was 1.5',
    );
    expect(() => simulateDay({ seed: 1, exchanges: [], date: '2026-01-05', edge: 0 })).toThrow('exchanges');
  });
});

describe('a simulated market', () => {
  const options = { seed: 3, exchanges: specs, dates: ['2026-01-05', '2026-01-06'], edge: 0.1 };

  test('yields all chains in the order of time', () => {
    const snapshots = [...simulateMarket(options)];
    expect(snapshots).toHaveLength(2 * 4 * 375);
    const times = snapshots.map((s) => s.timestamp);
    expect(times).toEqual([...times].sort());
    expect(snapshots.slice(0, 4).map((s) => s.exchange)).toEqual(specs.map((spec) => spec.exchange));
  });

  test('chains of one underlying share its path; VIX and macro are shared by all', () => {
    const [weekly, sensex, monthly] = simulateDay({ ...options, date: '2026-01-05' }).sessions;
    const column = (session: typeof weekly, key: 'underlying_price' | 'future_price' | 'vix') =>
      session!.snapshots.map((s) => s[key]);
    expect(column(weekly, 'underlying_price')).toEqual(column(monthly, 'underlying_price'));
    expect(column(weekly, 'future_price')).toEqual(column(monthly, 'future_price'));
    expect(column(weekly, 'vix')).toEqual(column(sensex, 'vix'));
    expect(weekly!.snapshots[9]!.macro).toEqual(sensex!.snapshots[300]!.macro);
  });

  test('a chain is the same alone and beside others', () => {
    const beside = simulateDay({ ...options, date: '2026-01-05' }).sessions[2]!;
    const alone = simulateSession({ seed: 3, spec: nseMonthly, date: '2026-01-05', edge: 0.1 });
    expect(alone.snapshots).toEqual(beside.snapshots);
  });

  test('a later day starts where the one before ended, and its state survives JSON', () => {
    const [first, second] = [...simulateDays(options)];
    const resumed = simulateDay({
      ...options,
      date: '2026-01-06',
      state: JSON.parse(JSON.stringify(first!.state)),
    });
    expect(resumed).toEqual(second);
    const gap = second!.sessions[0]!.path.spot[0]! / first!.sessions[0]!.path.spot[374]! - 1;
    expect(Math.abs(gap)).toBeGreaterThan(0);
    expect(Math.abs(gap)).toBeLessThan(0.03);
  });

  test('a session takes less than 100 ms of processor time', () => {
    const cpuMs = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'].map((date) => {
      const before = process.cpuUsage();
      simulateDay({ ...options, date });
      return process.cpuUsage(before).user / 1000;
    });
    expect(Math.min(...cpuMs) / specs.length).toBeLessThan(100);
  });
});
