import { describe, expect, it } from 'vitest';
import { exchangeStats } from '../../../../shared/domain/datasets/stats.ts';
import { aFeatureRow, aLabelRow } from '../../../factories/rows.ts';

const days = [
  {
    date: '2025-12-03',
    features: [aFeatureRow(0, [1, Number.NaN]), aFeatureRow(1, [Number.POSITIVE_INFINITY, 2])],
    labels: [aLabelRow(0, { target: -1 }), aLabelRow(1, { target: 0 }), aLabelRow(2, { target: 1 })],
  },
  {
    date: '2025-12-04',
    features: [aFeatureRow(10), aFeatureRow(11, [0, Number.NaN]), aFeatureRow(12)],
    labels: [aLabelRow(10, { target: 1 }), aLabelRow(11)],
  },
];

describe('exchangeStats', () => {
  it('counts days, rows, present cells (infinity is one) and targets of rows that have features', () => {
    expect(exchangeStats(days, ['a', 'b'])).toEqual({
      days: 2,
      first_date: '2025-12-03',
      last_date: '2025-12-04',
      rows_per_day: { '2025-12-03': 2, '2025-12-04': 3 },
      completeness: { a: 1, b: 0.6 },
      label_balance: { sell: 1, hold: 1, buy: 1, unlabelled: 2 },
    });
  });

  it('is zero without days', () => {
    expect(exchangeStats([], ['a'])).toEqual({
      days: 0,
      first_date: null,
      last_date: null,
      rows_per_day: {},
      completeness: { a: 0 },
      label_balance: { sell: 0, hold: 0, buy: 0, unlabelled: 0 },
    });
  });
});
