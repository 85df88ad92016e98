import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type SearchedFamily,
  sampleConfigurations,
} from '../../../../../shared/domain/training/search/sample-configurations.ts';

const TREES: SearchedFamily = {
  family: 'lightgbm',
  space: [
    { name: 'num_leaves', low: 7, high: 63, scale: 'log', integer: true },
    { name: 'learning_rate', low: 0.01, high: 0.2, scale: 'log', integer: false },
    { name: 'feature_fraction', low: 0.4, high: 1, scale: 'linear', integer: false },
  ],
};
const LINEAR: SearchedFamily = {
  family: 'linear',
  space: [{ name: 'l2', low: 1e-4, high: 10, scale: 'log', integer: false }],
};
const FIXED: SearchedFamily = { family: 'fixed', space: [] };

describe('sampled configurations', () => {
  it('begin with each family as it is', () => {
    expect(sampleConfigurations([TREES, LINEAR], 2, 1)).toEqual([
      { family: 'lightgbm', parameters: {} },
      { family: 'linear', parameters: {} },
    ]);
    expect(sampleConfigurations([FIXED], 5, 1)).toEqual([{ family: 'fixed', parameters: {} }]);
    expect(sampleConfigurations([TREES, LINEAR], 1, 1)).toHaveLength(1);
  });

  it('take families in turn, those without parameters only once', () => {
    const names = sampleConfigurations([TREES, FIXED, LINEAR], 7, 3).map(({ family }) => family);
    expect(names).toEqual(['lightgbm', 'fixed', 'linear', 'lightgbm', 'linear', 'lightgbm', 'linear']);
  });

  it('lie within their ranges, are whole where they must be, and repeat for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 40 }), (seed, count) => {
        const tried = sampleConfigurations([TREES, LINEAR], count, seed);
        expect(tried).toEqual(sampleConfigurations([TREES, LINEAR], count + 7, seed).slice(0, count));
        for (const { family, parameters } of tried.slice(2)) {
          const { space } = family === 'linear' ? LINEAR : TREES;
          expect(Object.keys(parameters)).toEqual(space.map(({ name }) => name));
          for (const { name, low, high, integer } of space) {
            const value = parameters[name] as number;
            expect(value >= low && value <= high).toBe(true);
            if (integer) expect(Number.isInteger(value)).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reach both ends of a range of whole numbers, and equal ratios equally often', () => {
    const space = [{ name: 'n', low: 1, high: 8, scale: 'log', integer: true }] as const;
    const tried = sampleConfigurations([{ family: 'a', space }], 20_001, 5).slice(1);
    const values = tried.map(({ parameters }) => parameters['n'] as number);
    expect(new Set(values)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    // Of the range [1, 9) the part [1, 3) is half in ratios.
    const half = values.filter((value) => value < 3).length / values.length;
    expect(half).toBeCloseTo(0.5, 1);
  });
});
