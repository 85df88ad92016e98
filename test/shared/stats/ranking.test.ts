import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { precisionAtTopK, type RankedStatement } from '../../../shared/stats/precision-at-top-k.ts';
import { meanRanks, rankCorrelation } from '../../../shared/stats/rank-correlation.ts';

const day = (session: string, ...all: readonly (readonly [number, boolean])[]): RankedStatement[] =>
  all.map(([conviction, isRight], order) => ({ session, conviction, order, isRight }));

describe('precisionAtTopK', () => {
  it('asks the surest of each session, the earlier of equal ones', () => {
    const monday = day('mon', [0.5, false], [0.9, true], [0.9, false]);
    const tuesday = day('tue', [0.4, false], [0.3, true]);
    expect(precisionAtTopK([...monday, ...tuesday], 1)).toBe(0.5);
    expect(precisionAtTopK([...monday, ...tuesday], 2)).toBe(0.5);
    expect(precisionAtTopK(monday, 1)).toBe(1);
    expect(precisionAtTopK(tuesday, 5)).toBe(0.5);
  });

  it('has nothing to say of no statements', () => {
    expect(precisionAtTopK([], 5)).toBeNull();
  });

  it('is the share of all once k covers every day', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ noNaN: true }), fc.boolean()), { minLength: 1 }), (all) => {
        const share = all.filter(([, isRight]) => isRight).length / all.length;
        expect(precisionAtTopK(day('d', ...all), all.length)).toBeCloseTo(share, 12);
      }),
    );
  });
});

describe('rankCorrelation', () => {
  it('is the textbook one', () => {
    expect(rankCorrelation([1, 2, 3], [10, 30, 20])).toBeCloseTo(0.5, 12);
    // Wikipedia's example of hours of television against IQ.
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-29 / 165, 12);
  });

  it('gives ties the mean of their ranks', () => {
    expect([...meanRanks([5, 5, 7, 1])]).toEqual([2.5, 2.5, 4, 1]);
  });

  it('says nothing where nothing varies', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(rankCorrelation([1], [1])).toBeNaN();
  });

  it('looks at the order alone', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(numbers, (values) => {
        expect(
          rankCorrelation(
            values,
            values.map((value) => value ** 3),
          ),
        ).toBeCloseTo(1, 10);
        expect(
          rankCorrelation(
            values,
            values.map((value) => -value),
          ),
        ).toBeCloseTo(-1, 10);
      }),
    );
  });
});
