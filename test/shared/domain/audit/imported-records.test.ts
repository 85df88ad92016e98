import { expect, test } from 'vitest';
import {
  type ImportedRecord,
  importedKey,
  parseRecord,
  recordDays,
  recordTable,
} from '../../../../shared/domain/audit/imported-records.ts';
import { column } from '../../../../shared/domain/lake/column-table.ts';

const parse = (given: Readonly<Record<string, string>>) => {
  const whole = { timestamp: '2025-12-04 12:35:00', exchange: 'NSE', ...given };
  return parseRecord((name) => (whole as Readonly<Record<string, string>>)[name] ?? '', whole);
};
const record = (given: Readonly<Record<string, string>> = {}) => parse(given) as ImportedRecord;

test('keeps what it knows, leaves the rest missing, and the whole as it was', () => {
  const { record: whole, ...rest } = record({
    ...{ action: 'buy', confidence: '0.61', sell: '0.2', buy: '0.61', executed: 'True', pnl: '-120.5' },
    ...{ quantity: '2', reason: ' edge ', model: 'v7' },
  });
  expect(rest).toEqual({
    ...{ timestampMs: Date.UTC(2025, 11, 4, 7, 5), exchange: 'NSE', action: 'BUY', confidence: 0.61 },
    ...{ probability_sell: 0.2, probability_hold: null, probability_buy: 0.61, executed: true },
    ...{ quantity_lots: 2, pnl: -120.5, reason: 'edge', model_version: 'v7' },
  });
  expect(JSON.parse(whole)).toMatchObject({ exchange: 'NSE', reason: ' edge ' });
});

test('of other exchanges nothing is kept', () => expect(parse({ exchange: 'MCX' })).toBe('other_exchange'));

test.each([
  ['signal', { action: 'STRONG_BUY' }],
  ['executed', { executed: 'perhaps' }],
  ['pnl', { pnl: 'good' }],
  ['timestamp', { timestamp: '' }],
])('an error names %s', (name, given) =>
  expect(() => parse(given)).toThrow(new RegExp(`^${name}: expected .*, was `)),
);

test('days are Indian days of one exchange, by time', () => {
  const records = [
    record({ timestamp: '2025-12-04 15:00:00' }),
    record({ timestamp: '2025-12-04 10:00:00' }),
    record({ timestamp: '2025-12-05 00:30:00' }),
    record({ exchange: 'BSE' }),
  ];
  const days = recordDays(records);
  expect(days.map(({ exchange, date, records: of }) => `${date} ${exchange} ${of.length}`)).toEqual([
    ...['2025-12-04 BSE 1', '2025-12-04 NSE 2', '2025-12-05 NSE 1'],
  ]);
  const table = recordTable(days[1]!.records);
  expect(column(table, 'timestamp')).toEqual([Date.UTC(2025, 11, 4, 4, 30), Date.UTC(2025, 11, 4, 9, 30)]);
  expect(column(table, 'executed')).toEqual([null, null]);
  expect(new Set(table.columns.map(({ values }) => values.length))).toEqual(new Set([2]));
});

test('a day lies apart from what is ours, named by content', () =>
  expect(importedKey('recommendations', 'NSE', '2025-12-04', 'ab'.repeat(32))).toBe(
    'imported/kind=recommendations/exchange=NSE/date=2025-12-04/abababababababab.parquet',
  ));
