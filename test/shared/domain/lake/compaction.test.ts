import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compactDay,
  countedOf,
  minutesOfDay,
  pendingBatches,
} from '../../../../shared/domain/lake/compaction.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aBatchRow, aDayFileRow } from '../../../factories/registry.ts';
import { aLeg, aStoredSnapshot } from '../../../factories/snapshot.ts';

const BASE = aStoredSnapshot({ legs: [aLeg()] });
const START_MS = Date.UTC(2025, 11, 4, 4);
const iso = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();

const at = (seconds: number, receivedAfter = 0, id = `${seconds}-${receivedAfter}`): StoredSnapshot => ({
  ...BASE,
  snapshot_id: id,
  timestamp: iso(seconds),
  received_at: iso(seconds + receivedAfter),
  recorded_at: iso(seconds + receivedAfter),
});

/** Snapshots of ten minutes, some with one timestamp, some delivered again. */
const days = fc.array(
  fc.tuple(fc.nat(40), fc.nat(3)).map(([quarter, after]) => at(quarter * 15, after * 10)),
  { maxLength: 60 },
);

describe('compactDay', () => {
  it('keeps each id once and counts one snapshot a timestamp: the first recorded', () => {
    fc.assert(
      fc.property(days, (given) => {
        const { snapshots, duplicates, revised } = compactDay(given);
        const ids = snapshots.map(({ snapshot_id }) => snapshot_id);
        expect(ids.toSorted()).toEqual([...new Set(given.map(({ snapshot_id }) => snapshot_id))].sort());
        expect(duplicates).toBe(given.length - ids.length);
        expect(revised).toBe(snapshots.filter((snapshot) => snapshot.revised).length);
        for (const counted of countedOf(snapshots)) {
          const rivals = given.filter(({ timestamp }) => timestamp === counted.timestamp);
          expect(rivals.every(({ received_at }) => received_at >= counted.received_at)).toBe(true);
        }
        expect(new Set(countedOf(snapshots).map(({ timestamp }) => timestamp)).size).toBe(
          new Set(given.map(({ timestamp }) => timestamp)).size,
        );
      }),
    );
  });

  it('gives the same whatever the order', () => {
    const shuffles = days.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffles, ([given, shuffled]) => {
        expect(compactDay(shuffled)).toEqual(compactDay(given));
      }),
    );
  });

  it('gives the same in steps as at once', () => {
    fc.assert(
      fc.property(days, fc.nat(60), (given, cut) => {
        const first = compactDay(given.slice(0, cut)).snapshots;
        const inSteps = compactDay([...first, ...given.slice(cut)]).snapshots;
        expect(inSteps).toEqual(compactDay(given).snapshots);
      }),
    );
  });

  it('puts what counts before its revisions', () => {
    const [late, early] = [at(0, 60, 'a'), at(0, 10, 'b')];
    expect(
      compactDay([late, early]).snapshots.map(({ snapshot_id, revised }) => [snapshot_id, revised]),
    ).toEqual([
      ['b', false],
      ['a', true],
    ]);
  });

  it('gives an empty day for nothing', () => {
    expect(compactDay([])).toEqual({ snapshots: [], duplicates: 0, revised: 0 });
  });
});

describe('minutesOfDay', () => {
  it('has one row a minute, its last that counts', () => {
    const { snapshots } = compactDay([at(0), at(45), at(45, 30), at(60), at(150)]);
    expect(minutesOfDay(snapshots).map(({ snapshot_id }) => snapshot_id)).toEqual(['45-0', '60-0', '150-0']);
  });
});

describe('pendingBatches', () => {
  const batches = ['a', 'b', 'c'].map((batch_id) => aBatchRow({ batch_id }));

  it('gives those that the chain has not taken in, in their order', () => {
    expect(pendingBatches(aDayFileRow({ batch_ids: ['b'] }), batches)).toEqual([batches[0], batches[2]]);
    expect(pendingBatches(aDayFileRow({ batch_ids: ['a', 'b', 'c', 'd'] }), batches)).toEqual([]);
  });

  it('gives all before the first compaction', () => {
    expect(pendingBatches(undefined, batches)).toEqual(batches);
  });
});
