import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { nextDrawChances, sequentialBootstrap } from '../../../shared/stats/sequential-bootstrap.ts';

const labels = [
  { start: 0, end: 3 },
  { start: 2, end: 4 },
  { start: 4, end: 6 },
];
const spans = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 6 }))
    .map(([start, length]) => ({ start, end: start + length })),
  { minLength: 1, maxLength: 8 },
);

describe('the next draw', () => {
  it('has even chances while nothing was drawn, however labels overlap', () =>
    expect(nextDrawChances(labels, [])).toEqual([1 / 3, 1 / 3, 1 / 3]));
  it('has chances that add up to 1, none of them 0', () => {
    fc.assert(
      fc.property(spans, fc.array(fc.nat()), (given, draws) => {
        const chances = nextDrawChances(
          given,
          draws.map((draw) => draw % given.length),
        );
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...chances)).toBeGreaterThan(0);
      }),
    );
  });
  it('makes no label likelier that was just drawn', () => {
    fc.assert(
      fc.property(spans, fc.nat(), (given, draw) => {
        const at = draw % given.length;
        expect(nextDrawChances(given, [at])[at]).toBeLessThanOrEqual(1 / given.length + 1e-12);
      }),
    );
  });
  it('names what is wrong', () => {
    expect(() => nextDrawChances([{ start: 2, end: 2 }], [])).toThrow('expected an end after 2, was 2');
    expect(() => nextDrawChances(labels, [3])).toThrow('expected positions below 3, was 3');
    expect(nextDrawChances([], [])).toEqual([]);
  });
});

describe('the sequential bootstrap', () => {
  it('draws by those chances: how often the third label follows the second', () => {
    const uniform = seededUniform(11);
    const after = Array.from({ length: 20_000 }, () => sequentialBootstrap(labels, 2, uniform))
      .filter(([first]) => first === 1)
      .map(([, second]) => second);
    const share = after.filter((second) => second === 2).length / after.length;
    // Four standard errors of a share of 6/14 among a third of 20,000.
    expect(Math.abs(share - 6 / 14)).toBeLessThan(4 * Math.sqrt((6 * 8) / 14 ** 2 / after.length));
  });
  it('draws samples that are more unique than even chances draw', () => {
    const crowd = [...Array.from({ length: 9 }, () => ({ start: 0, end: 10 })), { start: 20, end: 30 }];
    const uniform = seededUniform(5);
    const alone = () => sequentialBootstrap(crowd, 10, uniform).filter((position) => position === 9).length;
    const mean = Array.from({ length: 500 }, alone).reduce((sum, count) => sum + count, 0) / 500;
    expect(mean).toBeGreaterThan(1.5);
  });
  it('draws nothing out of nothing', () => expect(sequentialBootstrap([], 5, () => 0.5)).toEqual([]));
  it('takes the last label where the chances round below 1', () =>
    expect(sequentialBootstrap(labels, 1, () => 1 - Number.EPSILON / 2)).toEqual([2]));
});
