import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestVersions } from '../../../../shared/domain/datasets/nearest-versions.ts';

const KNOWN = ['2025-11-03', '2025-12-04', '2025-12-04.2', '2025-12-03', 'legacy-7'];

describe('nearestVersions', () => {
  it.each([
    ['2025-12-4', '2025-12-04'],
    ['2025-12-04.3', '2025-12-04.2'],
    ['2025-11-30', '2025-11-03'],
    ['legacy', 'legacy-7'],
  ])('of %s begin with %s', (wrong, nearest) => {
    expect(nearestVersions(wrong, KNOWN)[0]).toBe(nearest);
  });

  it('are as many as were asked for, of equally near ones the newest first', () => {
    expect(nearestVersions('2025-12-05', KNOWN, 2)).toEqual(['2025-12-04', '2025-12-03']);
    expect(nearestVersions('x', [], 3)).toEqual([]);
  });

  it('begin with the name itself where it is known, whatever the order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(KNOWN, { minLength: 5 }), fc.nat(4), (known, at) => {
        expect(nearestVersions(KNOWN[at]!, known)[0]).toBe(KNOWN[at]);
      }),
    );
  });
});
