import { describe, expect, test } from 'vitest';
import { datasetPolicy, parseDatasets } from '../../../shared/config/datasets.ts';

describe('dataset policy', () => {
  test('looks back over twelve months unless an exchange says otherwise', () => {
    expect(datasetPolicy().window_months).toBe(12);
  });

  test.each([
    ['window_months', { window_months: 3 }, /datasets.json: window_months: .*expected 6 or more, was 3/],
    ['window_months', { window_months: 13 }, /datasets.json: window_months: .*expected at most 12, was 13/],
    ['window_months', { window_months: 6.5 }, /datasets.json: window_months: .*was 6.5/],
    ['min_days', { min_days: 0 }, /datasets.json: min_days: .*was 0/],
    ['exchanges', { exchanges: { MCX: {} } }, /datasets.json: exchanges/],
    ['exchanges', { exchanges: { NSE: { window_months: 24 } } }, /exchanges.NSE.window_months: .*was 24/],
    ['an unknown key', { windows: 3 }, /datasets.json: .*windows/],
  ])('a wrong %s is refused by name', (_, changes, message) => {
    expect(() => parseDatasets({ ...datasetPolicy(), ...changes })).toThrow(message);
  });

  test('an exchange may have a window and a minimum of its own', () => {
    const exchanges = { BSE: { window_months: 6, min_days: 20 } };
    expect(parseDatasets({ ...datasetPolicy(), exchanges }).exchanges).toEqual(exchanges);
  });
});
