import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lacking,
  momentOf,
  numberOf,
  placesOf,
  type TableShape,
} from '../../../../../shared/domain/market/import/table-shape.ts';
import { RejectedInput } from '../../../../../shared/errors.ts';

const SHAPE: TableShape<'timestamp' | 'fii' | 'crude'> = {
  table: 'things',
  columns: {
    timestamp: { names: ['timestamp', 'as_of'], required: true },
    fii: { names: ['fii_dii_net'] },
    crude: { names: ['crude_trend', 'crude'] },
  },
  oneOf: ['fii', 'crude'],
};

describe('a header', () => {
  test('is known by any of its names, in any order, case and padding', () => {
    expect(placesOf(SHAPE, ['id', ' AS_OF ', 'Crude'])).toEqual({ timestamp: 1, crude: 2 });
    expect(lacking(SHAPE, ['id', ' AS_OF ', 'Crude'])).toEqual([]);
  });
  test('prefers the usual name to another', () =>
    expect(placesOf(SHAPE, ['crude', 'timestamp', 'crude_trend']).crude).toBe(2));
  test('is told what it lacks, in the names that would do', () => {
    expect(lacking(SHAPE, ['crude'])).toEqual(['timestamp or as_of']);
    expect(lacking(SHAPE, ['timestamp'])).toEqual(['one of fii_dii_net, crude_trend or crude']);
    expect(lacking(SHAPE, [])).toEqual(['timestamp or as_of', 'one of fii_dii_net, crude_trend or crude']);
  });
});

describe('a moment', () => {
  test.each([
    ['2025-12-04 12:35:00', '2025-12-04T07:05:00.000Z'],
    ['2025-12-04T12:35', '2025-12-04T07:05:00.000Z'],
    ['2025-12-04 12:35:00.123456', '2025-12-04T07:05:00.123Z'],
    ['2025-12-04 12:35:00+05:30', '2025-12-04T07:05:00.000Z'],
    ['2025-12-04 12:35:00+0530', '2025-12-04T07:05:00.000Z'],
    ['  2025-12-04 12:35 +05 ', '2025-12-04T07:35:00.000Z'],
    ['2025-12-04 07:05:00+00', '2025-12-04T07:05:00.000Z'],
    ['2025-12-04 07:05:00 UTC', '2025-12-04T07:05:00.000Z'],
    ['2025-12-04T07:05:00Z', '2025-12-04T07:05:00.000Z'],
  ])('%s', (text, utc) => expect(new Date(momentOf('timestamp', text)).toISOString()).toBe(utc));
  test.each(['', 'yesterday', '2025-02-30 10:00:00', '04/12/2025 10:00', '2025-12-04 25:00:00'])(
    'is not %j',
    (text) => expect(() => momentOf('as_of', text)).toThrow(/^as_of: expected a time like .*, was /),
  );
});

describe('a number', () => {
  test.each(['', ' ', 'null', 'None', 'NaN', 'n/a', '-'])('is none in %j', (text) =>
    expect(numberOf('x', text)).toBeNull(),
  );
  test('is read as it is written', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(numberOf('x', String(value))).toBe(value === 0 ? Number(String(value)) : value);
      }),
    ));
  test.each(['1,5', 'high', 'Infinity'])('is not %s', (text) =>
    expect(() => numberOf('x', text)).toThrow(RejectedInput),
  );
  test('may have a least value', () => {
    expect(numberOf('x', '0', 0)).toBe(0);
    expect(() => numberOf('x', '-1', 0)).toThrow('x: expected a number of at least 0 or blank, was -1');
  });
});
