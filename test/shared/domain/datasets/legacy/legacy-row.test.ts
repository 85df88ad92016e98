import { describe, expect, it } from 'vitest';
import { type LegacyField, parseLegacyRow } from '../../../../../shared/domain/datasets/legacy/legacy-row.ts';

const ROW: Readonly<Record<string, string>> = {
  batch_id: 'Night_12',
  exchange: 'nse',
  timestamp: '2025-11-03 10:15:00',
  target: '1',
  created_at: '2025-11-03T16:05:00+05:30',
  from_date: '2025-11-01',
  to_date: '2025-11-03',
  underlying_price: '25700.5',
  vix: '12.5',
  pcr: '',
  pressure: 'inf',
  itm: '-Infinity',
};
const parse = (changes: Readonly<Record<string, string>> = {}) => {
  const whole = { ...ROW, ...changes };
  const field = (name: LegacyField) => whole[name] ?? '';
  return parseLegacyRow(field, whole, ['vix', 'pcr', 'pressure', 'itm', 'absent']);
};

describe('parseLegacyRow', () => {
  it('reads the columns by name; a time without offset is Indian', () => {
    expect(parse()).toEqual({
      batchId: 'night-12',
      exchange: 'NSE',
      timestampMs: Date.UTC(2025, 10, 3, 4, 45),
      date: '2025-11-03',
      createdMs: Date.UTC(2025, 10, 3, 10, 35),
      target: 1,
      underlyingPrice: 25_700.5,
      values: Float64Array.of(
        12.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
      ),
    });
  });

  it.each([
    ['-1', -1],
    ['-1.0', -1],
    ['0', 0],
    ['1.0', 1],
    ['SELL', -1],
    ['Hold', 0],
    ['buy', 1],
    ['', null],
    ['NaN', null],
  ])('takes the label %j as %s', (text, target) => {
    expect(parse({ target: text }).target).toBe(target);
  });

  it('has no price where the export has none', () => {
    expect(parse({ underlying_price: '' }).underlyingPrice).toBeNull();
  });

  it.each([
    ['batch_id', '../../x'],
    ['batch_id', ''],
    ['exchange', 'MCX'],
    ['timestamp', '2025-02-30 10:00:00'],
    ['created_at', 'yesterday'],
    ['target', '2'],
    ['target', 'constructor'],
    ['underlying_price', '-5'],
    ['vix', 'high'],
  ])('refuses a wrong %s: %j', (field, text) => {
    expect(() => parse({ [field]: text })).toThrow(expect.objectContaining({ name: 'RejectedInput', field }));
  });

  it.each([
    [{ from_date: '2025-11-04' }, /a day from 2025-11-04 on, was 2025-11-03/],
    [{ to_date: '2025-11-02 15:30:00' }, /a day up to 2025-11-02, was 2025-11-03/],
  ])('refuses a row outside of its batch: %j', (changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });
});
