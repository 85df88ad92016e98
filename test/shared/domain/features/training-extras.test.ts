import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainingExtras } from '../../../../shared/domain/features/training-extras.ts';
import { istMs, MINUTE_MS } from '../../../../shared/domain/market/indian-time.ts';

const minutes = (count: number) =>
  Array.from({ length: count }, (_, i) => istMs('2025-12-04', 555) + i * MINUTE_MS);
const zscores = (values: (number | null)[]) =>
  trainingExtras(minutes(values.length), values).pcr_total_oi_zscore;

describe('training extras', () => {
  it('have a z-score from the 50th row on', () => {
    const scores = zscores(Array.from({ length: 60 }, (_, i) => i));
    expect(scores.slice(0, 49)).toEqual(Array(49).fill(0));
    expect(scores[49]).toBeCloseTo(24.5 / Math.sqrt((50 * 51) / 12), 12);
  });

  it('score 0 while all values are equal, also ones that a mean cannot hold exactly', () => {
    expect(zscores(Array(80).fill(0.1))).toEqual(Array(80).fill(0));
  });

  it('count a missing value as 0', () => {
    const values = Array.from({ length: 60 }, (_, i) => 1 + (i % 5));
    const [withNull, withZero] = [null, 0].map((gap) =>
      zscores(values.map((value, i) => (i === 20 ? gap : value))),
    );
    expect(withNull).toEqual(withZero);
    expect(withNull).not.toEqual(zscores(values));
  });

  it('look back 750 rows and no further', () => {
    const values = Array.from({ length: 800 }, (_, i) => Math.sin(i));
    const changed = values.map((value, i) => (i < 50 ? 1000 : value));
    expect(zscores(changed)[799]).toBe(zscores(values)[799]);
    expect(zscores(changed)[798]).not.toBe(zscores(values)[798]);
  });

  it('never look ahead', () => {
    const value = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 60, maxLength: 90 }),
        fc.integer({ min: 0, max: 59 }),
        (values, cut) => {
          const corrupted = values.map((pcr, i) => (i <= cut ? pcr : 1e6));
          expect(zscores(corrupted).slice(0, cut + 1)).toEqual(zscores(values).slice(0, cut + 1));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('rebuild the clock from the time of the row', () => {
    const { hour, minute, is_opening_hour, time_to_close_hours } = trainingExtras(
      minutes(61),
      Array(61).fill(1),
    );
    expect([hour[0], minute[0], is_opening_hour[0], time_to_close_hours[0]]).toEqual([9, 15, 1, 6.25]);
    expect([hour[60], minute[60], is_opening_hour[60]]).toEqual([10, 15, 0]);
  });

  it('of nothing are empty; of unequal columns an error', () => {
    expect(trainingExtras([], []).hour).toEqual([]);
    expect(() => trainingExtras([1], [])).toThrow(RangeError);
  });
});
