import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDay, computeNow } from '../../../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, minuteStamp, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aSession, randomOf } from '../../../factories/session.ts';
import { someTerms } from '../../../factories/window.ts';

const terms = someTerms();
const day = (snapshots: readonly StoredSnapshot[]) => computeDay(snapshots, TRACKER_V2, terms);

/** Plays a session in the order of receipt: each minute's newest snapshot gets its row from what is there by then. */
function liveRows(session: readonly StoredSnapshot[]): FeatureRow[] {
  const minuteRows = new Map<number, FeatureRow>();
  const held = new Map<number, StoredSnapshot>();
  const arrivals = session.toSorted((a, b) => epochMs(a.received_at) - epochMs(b.received_at));
  for (const snapshot of arrivals) {
    const minute = minuteStamp(epochMs(snapshot.timestamp));
    const before = held.get(minute);
    if (before !== undefined && before.timestamp >= snapshot.timestamp) continue;
    held.set(minute, snapshot);
    const history = [...held.values()].filter((other) => other.timestamp <= snapshot.timestamp);
    history.sort((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
    const row = computeNow(history, TRACKER_V2, terms);
    if (row !== null) minuteRows.set(minute, row);
  }
  return [...minuteRows.entries()].sort(([a], [b]) => a - b).map(([, row]) => row);
}

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
      const received = { ...snapshot, received_at: utcIso(epochMs(snapshot.timestamp) + delayMs) };
      if (random() >= options.faults) return [received];
      const again = utcIso(epochMs(snapshot.timestamp) + 5000);
      const againAt = random() < 0.5 ? again : utcIso(epochMs(again) + 200_000);
      return [received, { ...received, timestamp: again, received_at: againAt, underlying_price: 26_001.5 }];
    });
  });

describe('computeDay', () => {
  it('gives bit for bit what the live function gave as each snapshot arrived', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const live = liveRows(session);
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

  it('gives the same when live keeps only the last 41 minutes', () => {
    const session = aSession({ minutes: 90, faults: 0.05, seed: 7 });
    for (const row of day(session).slice(-20)) {
      const end = session.findIndex((snapshot) => snapshot.snapshot_id === row.snapshot_id) + 1;
      expect(computeNow(session.slice(Math.max(0, end - 41), end), TRACKER_V2, terms)).toEqual(row);
    }
  });

  it('looks at nothing that comes later: corrupting all after t changes no row up to t', () => {
    fc.assert(
      fc.property(sessions, fc.double({ min: 0, max: 1, noNaN: true }), (session, share) => {
        const cut = Math.floor(share * session.length);
        const corrupted = session.map((snapshot, i) => (i < cut ? snapshot : thousandfold(snapshot)));
        const upToCut = (rows: FeatureRow[]) =>
          rows.filter((row) => cut > 0 && row.timestamp <= session[cut - 1]!.timestamp);
        expect(upToCut(day(corrupted))).toEqual(upToCut(day(session)));
      }),
      { numRuns: 15 },
    );
  });

  it('uses the earlier snapshot of a minute whose last one came after later minutes', () => {
    const session = aSession({ minutes: 40 });
    const late = {
      ...session[35]!,
      timestamp: utcIso(epochMs(session[35]!.timestamp) + 30_000),
      received_at: utcIso(epochMs(session[39]!.timestamp) + 1),
      underlying_price: 20_000,
    };
    const rows = day([...session.slice(0, 36), late, ...session.slice(36)]);
    const plain = day(session);
    expect(rows).toHaveLength(plain.length);
    expect(rows.slice(-4)).toEqual(plain.slice(-4));
    expect(rows.at(-5)!.underlying_price).toBe(20_000);
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

function thousandfold(snapshot: StoredSnapshot): StoredSnapshot {
  return {
    ...snapshot,
    underlying_price: snapshot.underlying_price * 1000,
    vix: 9999,
    future_price: 1,
    future_oi: 1,
    legs: snapshot.legs.map((leg) => ({
      ...leg,
      oi: (leg.oi ?? 1) * 1000,
      ltp: 1e6,
      iv: 999,
      best_bid: 0.05,
    })),
  };
}
