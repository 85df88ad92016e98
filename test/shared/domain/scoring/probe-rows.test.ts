import { describe, expect, test } from 'vitest';
import { meanRow, probeRows } from '../../../../shared/domain/scoring/probe-rows.ts';
import type { ReferenceProfile } from '../../../../shared/domain/scoring/reference.ts';

const feature = (name: string, mean: number | null, edges: number[]) => ({
  ...{ name, mean, edges, standard_deviation: mean === null ? null : 1 },
  ...{ fractions: edges.map(() => 0).concat(1), missing: 0, positive_infinity: 0, negative_infinity: 0 },
});

const reference: ReferenceProfile = {
  schema: 1,
  rows: 10,
  features: [feature('spot', 24_000, [23_000, 25_000]), feature('never_seen', null, [])],
};

describe('rows that lie where the training data lay', () => {
  test('the row of the means has no number where there is none', () => {
    expect([...meanRow(reference)]).toEqual([24_000, Number.NaN]);
  });

  test('all of them begin with it, and follow with the edges', () => {
    const [first, ...edges] = probeRows(reference);
    expect(first).toEqual(meanRow(reference));
    expect(edges.map((row) => [...row])).toEqual([
      [23_000, Number.NaN],
      [25_000, Number.NaN],
    ]);
  });
});
