import { describe, expect, test } from 'vitest';
import type { FeatureRow } from '../../../../shared/domain/features/feature-row.ts';
import {
  IMPORTED_SET_ID,
  ML_FEATURES,
  parseMlFeatures,
} from '../../../../shared/domain/features/import-ml-features.ts';
import { AT } from '../../../../shared/domain/features/tracker-v2/names.ts';
import { lacking } from '../../../../shared/domain/market/import/table-shape.ts';

const parse = (given: Readonly<Record<string, string>>) => {
  const fields: Readonly<Record<string, string>> = {
    ...{ timestamp: '2025-12-04 12:35:00', exchange: 'NSE' },
    ...given,
  };
  return parseMlFeatures((name) => fields[name] ?? '');
};
const row = (given: Readonly<Record<string, string>>) => parse(given) as FeatureRow;

test('a column a feature: what is blank is missing', () => {
  const { values, ...rest } = row({
    pcr_total_oi: '1.25',
    vix: '',
    is_opening_hour: 'True',
    underlying_price: '26028.1',
  });
  expect(rest).toEqual({
    uid: 'NSE#2025-12-04T07:05:00.000Z#tracker-v2-imported',
    ...{ timestamp: '2025-12-04T07:05:00.000Z', received_at: '2025-12-04T07:05:00.000Z' },
    ...{ recorded_at: '2025-12-04T07:05:00.000Z', exchange: 'NSE', feature_set: IMPORTED_SET_ID },
    ...{ snapshot_id: '', underlying_price: 26028.1, quality_flags: ['imported'] },
  });
  expect(values).toHaveLength(78);
  expect([values[AT.pcr_total_oi], values[AT.vix], values[AT.is_opening_hour]]).toEqual([
    1.25,
    Number.NaN,
    1,
  ]);
});

test('all features as JSON, as Python writes it; a column of its own goes first', () => {
  const payload =
    '{"vix": 10.9, "ce_pct_change_3m": Infinity, "pe_pct_change_3m": -Infinity, "atm_iv": NaN, "hour": 12, "note": "NaN, x"}';
  const { values } = row({ payload, hour: '13' });
  expect([values[AT.vix], values[AT.ce_pct_change_3m], values[AT.pe_pct_change_3m]]).toEqual([
    ...[10.9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ]);
  expect([values[AT.atm_iv], values[AT.hour]]).toEqual([Number.NaN, 13]);
});

test.each([
  ['other_exchange', { exchange: 'NFO', vix: '1' }],
  ['no_feature', { underlying_price: '26000' }],
])('is skipped as %s', (reason, given) => expect(parse(given)).toBe(reason));

describe('an error names the column', () => {
  test.each([
    ['vix', { vix: 'low' }],
    ['timestamp', { timestamp: 'noon', vix: '1' }],
    ['feature_payload', { payload: '[1, 2]' }],
    ['feature_payload', { payload: '{"vix": 10.9' }],
  ])('%s', (name, given) => expect(() => parse(given)).toThrow(new RegExp(`^${name}: expected `)));
});

test('a header needs time, exchange and features, in columns or as JSON', () => {
  expect(lacking(ML_FEATURES, ['timestamp', 'exchange', 'features'])).toEqual([]);
  expect(lacking(ML_FEATURES, ['timestamp', 'exchange', 'pcr_total_oi', 'vix'])).toEqual([]);
  expect(lacking(ML_FEATURES, ['timestamp', 'vix'])).toHaveLength(2);
});
