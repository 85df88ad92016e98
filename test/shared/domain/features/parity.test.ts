import { describe, expect, it } from 'vitest';
import { compareServed } from '../../../../shared/domain/features/parity.ts';
import { aFeatureRow } from '../../../factories/rows.ts';

const NAMES = ['spot', 'skew'];
const rows = [0, 1, 2].map((minute) => aFeatureRow(minute, [minute, Number.NaN]));
const [first, second, third] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
const withValues = (row: typeof first, values: readonly number[]) => ({
  ...row,
  values: Float64Array.from(values),
});

describe('compareServed', () => {
  it('counts rows that are equal to the last bit, NaN included', () => {
    const again = rows.map((row) => ({ ...row, values: row.values.slice() }));
    expect(compareServed(rows, again.toReversed(), NAMES)).toEqual({
      served: 3,
      equal: 3,
      first_difference: null,
    });
  });

  it.each([
    ['the last bit', [1 + Number.EPSILON, Number.NaN], 'spot: served 1.0000000000000002, recomputed 1'],
    ['a value where there was none', [1, 0], 'skew: served 0, recomputed NaN'],
    ['a number of features', [1], 'features: served 1, recomputed 2'],
  ])('names the first difference: %s', (_, values, difference) => {
    expect(
      compareServed([first, withValues(second, values), withValues(third, values)], rows, NAMES),
    ).toEqual({
      served: 3,
      equal: 1,
      first_difference: `${second.uid} ${difference}`,
    });
  });

  it('tells -0 from 0', () => {
    const served = withValues(first, [-0, Number.NaN]);
    expect(compareServed([served], rows, NAMES).first_difference).toBe(
      `${first.uid} spot: served -0, recomputed 0`,
    );
  });

  it('looks at the quality flags too', () => {
    const flagged = { ...first, quality_flags: ['spot_frozen'] };
    expect(compareServed([flagged], rows, NAMES)).toMatchObject({
      equal: 0,
      first_difference: `${first.uid} quality_flags: served spot_frozen, recomputed none`,
    });
  });

  it('has a served row that the bulk does not make differ, and none served is none', () => {
    expect(compareServed([first], [second], NAMES)).toEqual({
      served: 1,
      equal: 0,
      first_difference: `${first.uid}: served, but not made in bulk`,
    });
    expect(compareServed([], rows, NAMES)).toEqual({ served: 0, equal: 0, first_difference: null });
  });
});
