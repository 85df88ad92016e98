import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_V3 } from '../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { computeDay, computeNow } from '../../../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { playedLive } from '../../../factories/played-live.ts';
import { aRandomChain, aRandomContext } from '../../../factories/random-chain.ts';
import { aSession, randomOf } from '../../../factories/session.ts';
import { someTerms } from '../../../factories/window.ts';

const terms = someTerms();
const day = (snapshots: readonly StoredSnapshot[]) => computeDay(snapshots, TRACKER_V2, terms);

/** A session as it may really arrive: lost minutes and values, some snapshots late, some twice a minute. */
const sessions = fc
  .record({
    seed: fc.nat(),
    minutes: fc.integer({ min: 30, max: 75 }),
    faults: fc.constantFrom(0, 0.02, 0.15),
  })
  .map((options) => {
    const random = randomOf(options.seed + 1);
    return aSession(options).flatMap((snapshot) => {
      const delayMs = random() < options.faults ? Math.floor(random() * 300_000) : 0;
      const at = utcIso(epochMs(snapshot.timestamp) + delayMs);
      const received = { ...snapshot, received_at: at, recorded_at: at };
      if (random() >= options.faults) return [received];
      const again = utcIso(epochMs(snapshot.timestamp) + 5000);
      const againAt = random() < 0.5 ? again : utcIso(epochMs(again) + 200_000);
      const times = { timestamp: again, received_at: againAt, recorded_at: againAt };
      return [received, { ...received, ...times, underlying_price: 26_001.5 }];
    });
  });

describe('computeDay', () => {
  it('gives bit for bit what the live function gave as each snapshot arrived', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const live = playedLive(session, TRACKER_V2, terms);
        const bulk = day(session);
        expect(bulk.map((row) => row.uid)).toEqual(live.map((row) => row.uid));
        for (const [i, row] of bulk.entries()) {
          expect(row).toEqual(live[i]);
          expect(Buffer.from(row.values.buffer).equals(Buffer.from(live[i]!.values.buffer))).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('gives bit for bit what was served of chain-v3 too, with other chains and earlier sessions', () => {
    const faulty = fc.record({
      seed: fc.nat(),
      faults: fc.constantFrom(0, 0.02, 0.15),
      minutes: fc.constant(70),
    });
    fc.assert(
      fc.property(faulty, (options) => {
        const session = aRandomChain(options);
        const context = aRandomContext(options);
        const live = playedLive(session, CHAIN_V3, terms, context);
        const bulk = computeDay(structuredClone(session), CHAIN_V3, terms, structuredClone(context));
        expect(bulk.map((row) => row.uid)).toEqual(live.map((row) => row.uid));
        for (const [i, row] of bulk.entries()) expect(row).toEqual(live[i]);
        const bits = (rows: readonly FeatureRow[]) =>
          Buffer.concat(rows.map((row) => Buffer.from(row.values.buffer)));
        expect(bits(bulk).equals(bits(live))).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  it('gives the same when live keeps only the last 41 minutes', () => {
    const session = aSession({ minutes: 90, faults: 0.05, seed: 7 });
    for (const row of day(session).slice(-20)) {
      const end = session.findIndex((snapshot) => snapshot.snapshot_id === row.snapshot_id) + 1;
      expect(computeNow(session.slice(Math.max(0, end - 41), end), TRACKER_V2, terms)).toEqual(row);
    }
  });

  it('uses the earlier snapshot of a minute whose last one came after later minutes', () => {
    const session = aSession({ minutes: 40 });
    const receivedAt = utcIso(epochMs(session[39]!.timestamp) + 1);
    const late = {
      ...session[35]!,
      timestamp: utcIso(epochMs(session[35]!.timestamp) + 30_000),
      received_at: receivedAt,
      recorded_at: receivedAt,
      underlying_price: 20_000,
    };
    const rows = day([...session.slice(0, 36), late, ...session.slice(36)]);
    const plain = day(session);
    expect(rows).toHaveLength(plain.length);
    expect(rows.slice(-4)).toEqual(plain.slice(-4));
    expect(rows.at(-5)!.underlying_price).toBe(20_000);
  });

  it("makes a minute's row of its last live snapshot, whatever a backfill adds to the minute", () => {
    const session = aSession({ minutes: 40 }).map((one) => ({ ...one, origin: 'live' as const }));
    const added = {
      ...session[35]!,
      origin: 'backfill' as const,
      snapshot_id: 'f'.repeat(32),
      timestamp: utcIso(epochMs(session[35]!.timestamp) + 30_000),
      recorded_at: utcIso(epochMs(session[39]!.timestamp) + 1),
      underlying_price: 20_000,
    };
    expect(day([...session.slice(0, 36), added, ...session.slice(36)])).toEqual(day(session));
  });

  it('has one row per snapshot from the 30th minute on, with the times of the snapshot', () => {
    const session = aSession({ minutes: 60 });
    const rows = day(session);
    expect(rows).toHaveLength(31);
    expect(rows[0]).toMatchObject({
      uid: 'NSE#2025-12-04T04:14:00.000Z#tracker-v2',
      timestamp: session[29]!.timestamp,
      received_at: session[29]!.received_at,
      recorded_at: session[29]!.recorded_at,
      snapshot_id: session[29]!.snapshot_id,
      underlying_price: session[29]!.underlying_price,
      exchange: 'NSE',
      feature_set: 'tracker-v2',
      quality_flags: [],
    });
  });

  it('of no snapshots is empty', () => {
    expect(day([])).toEqual([]);
  });

  it('refuses snapshots out of order, of two sessions or of two exchanges', () => {
    const [first, second] = aSession({ minutes: 2 }) as [StoredSnapshot, StoredSnapshot];
    expect(() => day([second, first])).toThrow(/expected rising timestamps/);
    expect(() => day([...aSession({ date: '2025-12-03', minutes: 1 }), first])).toThrow(
      /expected one session/,
    );
    expect(() => day([first, { ...second, exchange: 'BSE' }])).toThrow(
      /expected one exchange, was NSE and BSE/,
    );
  });
});

describe('computeNow', () => {
  it('is null while the session is too young', () => {
    expect(computeNow(aSession({ minutes: 29 }), TRACKER_V2, terms)).toBeNull();
    expect(computeNow(aSession({ minutes: 30 }), TRACKER_V2, terms)).not.toBeNull();
  });

  it('refuses an empty history', () => {
    expect(() => computeNow([], TRACKER_V2, terms)).toThrow(RangeError);
  });
});
