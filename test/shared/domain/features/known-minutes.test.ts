import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownMinutes } from '../../../../shared/domain/features/known-minutes.ts';
import { aStoredSnapshot } from '../../../factories/snapshot.ts';

const at = (second: number, receivedSecond = second, snapshot_id = `${second}-${receivedSecond}`) =>
  aStoredSnapshot({
    timestamp: new Date(Date.UTC(2025, 11, 4, 4, 0, second)).toISOString(),
    received_at: new Date(Date.UTC(2025, 11, 4, 4, 0, receivedSecond)).toISOString(),
    snapshot_id,
  });
const idsOf = (...of: Parameters<typeof knownMinutes>) =>
  knownMinutes(...of).map(({ snapshot_id }) => snapshot_id);

describe('knownMinutes', () => {
  it('puts what was replaced between the minutes, by time', () => {
    expect(idsOf([at(40), at(100)], [at(10), at(70)])).toEqual(['10-10', '40-40', '70-70', '100-100']);
  });

  it('takes one of a moment: the window’s, else the first recorded', () => {
    expect(idsOf([at(40, 40, 'kept')], [at(40, 39, 'other')])).toEqual(['kept']);
    expect(idsOf([], [at(40, 45, 'later'), at(40, 41, 'first')])).toEqual(['first']);
  });

  it('rises strictly and loses no moment, whatever comes', () => {
    const some = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 300 })), some, (kept, others) => {
        const sorted = kept.toSorted((a, b) => a - b).map((second) => at(second));
        const known = knownMinutes(
          sorted,
          others.map((second, index) => at(second, second, String(index))),
        );
        const times = known.map(({ timestamp }) => timestamp);
        expect(times).toEqual([...new Set(times)].sort());
        expect(times).toHaveLength(new Set([...kept, ...others]).size);
      }),
    );
  });
});
