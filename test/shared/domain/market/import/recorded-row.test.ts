import { describe, expect, test } from 'vitest';
import { parseRecordedRow } from '../../../../../shared/domain/market/import/recorded-row.ts';
import { RejectedInput } from '../../../../../shared/errors.ts';

const GOOD: Record<string, string> = {
  timestamp: '2030-01-07 09:15:00',
  symbol: 'NIFTY',
  expiry: '2030-01-08',
  strike: '26000',
  option_type: 'CE',
  ltp: '132.2',
  oi: '1300',
  volume: '6500',
  iv: '10.7',
  bid: '132.1',
  ask: '132.3',
  underlying: '26028.1',
};

function parse(changes: Record<string, string> = {}) {
  const fields = { ...GOOD, ...changes };
  return parseRecordedRow((column) => fields[column]!);
}

describe('parseRecordedRow', () => {
  test('reads numbers as they are written', () => {
    expect(parse()).toEqual({
      timestamp: '2030-01-07 09:15:00',
      symbol: 'NIFTY',
      expiry: '2030-01-08',
      strike: 26000,
      optionType: 'CE',
      ltp: 132.2,
      oi: 1300,
      volume: 6500,
      ivPct: 10.7,
      ivBelowOne: false,
      bid: 132.1,
      ask: 132.3,
      underlying: 26028.1,
    });
  });

  test.each(['ltp', 'oi', 'volume', 'bid', 'ask', 'underlying'] as const)(
    'a blank %s is null, not 0',
    (column) => {
      expect(parse({ [column]: '' })[column]).toBeNull();
      expect(parse({ [column]: '  ' })[column]).toBeNull();
    },
  );

  test('a zero quote stays 0', () => {
    expect(parse({ bid: '0', ask: '0.0' })).toMatchObject({ bid: 0, ask: 0 });
  });

  test('a volatility below 1 percent is missing and says so; a blank one is only missing', () => {
    expect(parse({ iv: '0' })).toMatchObject({ ivPct: null, ivBelowOne: true });
    expect(parse({ iv: '0.99' })).toMatchObject({ ivPct: null, ivBelowOne: true });
    expect(parse({ iv: '1' })).toMatchObject({ ivPct: 1, ivBelowOne: false });
    expect(parse({ iv: '' })).toMatchObject({ ivPct: null, ivBelowOne: false });
  });

  test.each([
    [
      'timestamp',
      '2030-01-07T09:15:00',
      'timestamp: expected a time like 2025-08-29 09:22:45, was 2030-01-07T09:15:00',
    ],
    ['timestamp', '2030-02-30 09:15:00', 'timestamp: expected'],
    ['timestamp', '2030-01-07 24:00:00', 'timestamp: expected'],
    ['expiry', '2030-02-29', 'expiry: expected a date like 2025-09-02, was 2030-02-29'],
    ['expiry', '2030-13-01', 'expiry: expected'],
    ['expiry', '2030-01-00', 'expiry: expected'],
    ['expiry', '', 'expiry: expected a date like 2025-09-02, was blank'],
    ['symbol', ' ', 'symbol: expected a value'],
    ['strike', '0', 'strike: expected a number above 0, was 0'],
    ['strike', '', 'strike: expected a number above 0, was blank'],
    ['option_type', 'XX', 'option_type: expected CE or PE, was XX'],
    ['ltp', '-0.05', 'ltp: expected a number of at least 0 or blank, was -0.05'],
    ['ltp', 'NaN', 'ltp: expected a number of at least 0 or blank, was NaN'],
    ['bid', 'Infinity', 'bid: expected'],
    ['oi', '12.5', 'oi: expected a whole number or blank, was 12.5'],
    ['volume', '1e300', 'volume: expected a whole number or blank, was 1e300'],
    ['underlying', '0', 'underlying: expected a number above 0, was 0'],
  ])('refuses %s = "%s"', (column, text, message) => {
    expect(() => parse({ [column]: text })).toThrow(message);
    try {
      parse({ [column]: text });
    } catch (error) {
      expect(error).toBeInstanceOf(RejectedInput);
      expect((error as RejectedInput).field).toBe(column);
    }
  });

  test('knows leap days', () => {
    expect(parse({ expiry: '2028-02-29' }).expiry).toBe('2028-02-29');
    expect(parse({ expiry: '2000-02-29' }).expiry).toBe('2000-02-29');
    expect(() => parse({ expiry: '2100-02-29' })).toThrow('expiry');
  });
});
