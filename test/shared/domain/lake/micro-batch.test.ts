import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchId,
  batchRow,
  groupSnapshots,
  MAX_BATCH_SNAPSHOTS,
  planMicroBatches,
} from '../../../../shared/domain/lake/micro-batch.ts';
import { EXCHANGES, type StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aLeg, aStoredSnapshot } from '../../../factories/snapshot.ts';

const BASE = aStoredSnapshot({ legs: [aLeg()] });
const START_MS = Date.UTC(2025, 11, 3, 18);

const snapshots: fc.Arbitrary<StoredSnapshot[]> = fc.array(
  fc
    .record({ minute: fc.nat(2000), exchange: fc.constantFrom(...EXCHANGES), id: fc.nat(60) })
    .map(({ minute, exchange, id }) => ({
      ...BASE,
      exchange,
      snapshot_id: `${exchange}-${id}-${minute % 3}`,
      timestamp: new Date(START_MS + minute * 60_000).toISOString(),
    })),
  { maxLength: 120 },
);
const indianDate = (iso: string) => new Date(Date.parse(iso) + 330 * 60_000).toISOString().slice(0, 10);

describe('groupSnapshots', () => {
  it('has every id of an exchange and Indian date once, by time', () => {
    fc.assert(
      fc.property(snapshots, (given) => {
        const groups = groupSnapshots(given);
        const keyOf = (row: StoredSnapshot) =>
          `${row.exchange} ${indianDate(row.timestamp)} ${row.snapshot_id}`;
        const grouped = groups.flatMap((group) => group.snapshots);
        expect(grouped.map(keyOf).sort()).toEqual([...new Set(given.map(keyOf))].sort());
        for (const { exchange, date, snapshots: rows } of groups) {
          expect(rows.every((row) => row.exchange === exchange && indianDate(row.timestamp) === date)).toBe(
            true,
          );
          expect(rows.map(({ timestamp }) => timestamp)).toEqual(
            rows.map(({ timestamp }) => timestamp).sort(),
          );
        }
      }),
    );
  });

  it('does not depend on the order of delivery', () => {
    const unique = fc.uniqueArray(fc.nat(500), { maxLength: 30 }).map((minutes) =>
      minutes.map((minute) => ({
        ...BASE,
        snapshot_id: String(minute),
        timestamp: new Date(START_MS + (minute >> 1) * 60_000).toISOString(),
      })),
    );
    fc.assert(
      fc.property(unique, (given) => {
        const inOrder = (groups: ReturnType<typeof groupSnapshots>) =>
          groups.toSorted((a, b) => (a.date < b.date ? -1 : 1));
        expect(inOrder(groupSnapshots(given.toReversed()))).toEqual(inOrder(groupSnapshots(given)));
      }),
    );
  });
});

describe('planMicroBatches', () => {
  const group = (count: number) => ({
    exchange: 'NSE' as const,
    date: '2025-12-04',
    snapshots: Array.from({ length: count }, (_, at) => ({ ...BASE, snapshot_id: String(at) })),
  });

  it('cuts what was not seen into full batches, in order, each snapshot once', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.array(fc.nat(400)), (count, seen) => {
        const known = new Set(seen.map(String));
        const batches = planMicroBatches(group(count), known);
        const planned = batches.flatMap((batch) => batch.snapshots.map(({ snapshot_id }) => snapshot_id));
        const fresh = group(count).snapshots.map(({ snapshot_id }) => snapshot_id);
        expect(planned).toEqual(fresh.filter((id) => !known.has(id)));
        for (const [at, { snapshots: rows }] of batches.entries()) {
          const isLast = at === batches.length - 1;
          expect(rows.length).toBeGreaterThan(0);
          if (!isLast) expect(rows.length).toBe(MAX_BATCH_SNAPSHOTS);
        }
      }),
    );
  });

  it('leaves room for the registry row in a transaction of 100', () => {
    expect(MAX_BATCH_SNAPSHOTS + 1).toBeLessThanOrEqual(100);
    expect(planMicroBatches(group(91), new Set()).map(({ snapshots: rows }) => rows.length)).toEqual([90, 1]);
  });
});

describe('batchId', () => {
  it('is the first time and the content', () => {
    const batch = { exchange: 'NSE' as const, date: '2025-12-04', snapshots: [BASE] };
    expect(batchId(batch, `0123456789abcdef${'f'.repeat(48)}`)).toBe('20251204T070500Z-0123456789abcdef');
  });
});

describe('batchRow', () => {
  const file = { path: 'raw/x.parquet', bytes: 1234, sha256: 'ab'.repeat(32) };
  const at = (minute: number) => new Date(START_MS + minute * 60_000).toISOString();
  const row = (snapshots: readonly StoredSnapshot[]) =>
    batchRow({ exchange: 'NSE', date: '2025-12-03', snapshots }, file, at(99));

  it('says what the file holds and how to prove it', () => {
    const two = [aStoredSnapshot({ legs: [aLeg(), aLeg({ option_type: 'PE' })] }), BASE];
    expect(row(two)).toMatchObject({
      ...{ exchange: 'NSE', date: '2025-12-03', ...file, records: 3, snapshots: 2, recorded_at: at(99) },
      batch_id: batchId({ exchange: 'NSE', date: '2025-12-03', snapshots: two }, file.sha256),
    });
  });

  it('spans the three times of its snapshots, whatever their order and zone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500)), { minLength: 1 }), (times) => {
        const inIndia = (minute: number) => at(minute + 330).replace('Z', '+05:30');
        const snapshots = times.map(([timestamp, received, recorded]) => ({
          ...BASE,
          timestamp: inIndia(timestamp),
          received_at: at(received),
          recorded_at: at(recorded),
        }));
        const span = (index: 0 | 1 | 2) => {
          const all = times.map((one) => one[index]);
          return [at(Math.min(...all)), at(Math.max(...all))];
        };
        const said = row(snapshots);
        expect([said.first_timestamp, said.last_timestamp]).toEqual(span(0));
        expect([said.first_received_at, said.last_received_at]).toEqual(span(1));
        expect([said.first_recorded_at, said.last_recorded_at]).toEqual(span(2));
      }),
    );
  });
});
