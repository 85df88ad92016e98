import { describe, expect, it } from 'vitest';
import {
  type DatasetPolicy,
  minDaysOf,
  windowOf,
} from '../../../../shared/domain/datasets/dataset-policy.ts';
import { datasetSpec, windowIn } from '../../../../shared/domain/datasets/dataset-spec.ts';

const POLICY: DatasetPolicy = {
  schema: 1,
  window_months: 12,
  min_days: 5,
  min_rows_per_day: 1,
  exchanges: { BSE: { window_months: 6 }, NSE_MONTHLY: { min_days: 1 } },
};
const DATE = '2025-12-04';
const spec = (exchanges: Parameters<typeof datasetSpec>[2]) =>
  datasetSpec(POLICY, DATE, exchanges, 'tracker-v2', 'tb15');

describe('the dataset policy', () => {
  it('has a window and a minimum for every exchange, its own where it has one', () => {
    expect(windowOf(POLICY, 'NSE', DATE)).toEqual({ from: '2024-12-05', to: DATE });
    expect(windowOf(POLICY, 'BSE', DATE)).toEqual({ from: '2025-06-05', to: DATE });
    expect(windowOf(POLICY, 'NSE_MONTHLY', DATE)).toEqual({ from: '2024-12-05', to: DATE });
    expect([minDaysOf(POLICY, 'NSE'), minDaysOf(POLICY, 'NSE_MONTHLY')]).toEqual([5, 1]);
  });
});

describe('datasetSpec', () => {
  it('spans the widest window and names the others', () => {
    expect(spec(['NSE', 'BSE'])).toEqual({
      exchanges: ['BSE', 'NSE'],
      window: { from: '2024-12-05', to: DATE },
      windows: { BSE: { from: '2025-06-05', to: DATE } },
      feature_set: 'tracker-v2',
      label_set: 'tb15',
    });
  });

  it('is the window itself when all exchanges have the same', () => {
    const { window, windows } = spec(['BSE']);
    expect([window.from, windows]).toEqual(['2025-06-05', {}]);
  });

  it('does not depend on the order of the exchanges, nor on one that is named twice', () => {
    expect(spec(['BSE', 'NSE', 'BSE'])).toEqual(spec(['NSE', 'BSE']));
  });

  it('knows the window of each exchange', () => {
    const both = spec(['NSE', 'BSE']);
    expect(windowIn(both, 'NSE').from).toBe('2024-12-05');
    expect(windowIn(both, 'BSE').from).toBe('2025-06-05');
  });
});
