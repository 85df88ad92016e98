import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayColumns, NO_TARGET } from '../../../../../shared/domain/datasets/day-columns.ts';
import { legacyBatches } from '../../../../../shared/domain/datasets/legacy/legacy-batches.ts';
import type { LegacyRow } from '../../../../../shared/domain/datasets/legacy/legacy-row.ts';

const NAMES = ['a', 'b'];
const OPEN = Date.UTC(2025, 10, 3, 4);
const row = (minute: number, changes: Partial<LegacyRow> = {}): LegacyRow => ({
  batchId: 'one',
  exchange: 'NSE',
  timestampMs: OPEN + minute * 60_000,
  date: '2025-11-03',
  createdMs: OPEN + 86_400_000,
  target: 1,
  underlyingPrice: 25_000,
  values: Float64Array.of(minute, Number.NaN),
  ...changes,
});
const batches = (rows: readonly LegacyRow[]) => legacyBatches(rows, 'tracker-v2', NAMES);

describe('legacyBatches', () => {
  it('are one version a batch, its days by exchange and date', () => {
    const next = { timestampMs: OPEN + 86_400_000, date: '2025-11-04' };
    const made = batches([row(0, { batchId: 'two' }), row(0, next), row(1), row(0, { exchange: 'BSE' })]);
    expect(
      made.map(({ version, days }) => [version, days.map(({ exchange, date }) => `${exchange} ${date}`)]),
    ).toEqual([
      ['legacy-one', ['BSE 2025-11-03', 'NSE 2025-11-03', 'NSE 2025-11-04']],
      ['legacy-two', ['NSE 2025-11-03']],
    ]);
    expect(made[0]?.createdAt).toBe('2025-11-04T04:00:00.000Z');
  });

  it('hold features and labels that a dataset joins; a label stands for the whole horizon', () => {
    const [day] = batches([row(1, { target: null }), row(0, { target: -1 })])[0]!.days;
    const joined = dayColumns(day!.date, day!.features, day!.labels, NAMES);
    expect([...joined.timestampsMs]).toEqual([OPEN, OPEN + 60_000]);
    expect([...joined.targets]).toEqual([-1, NO_TARGET]);
    expect([...joined.labelMinutes]).toEqual([15, 0]);
    expect(joined.features.map((values) => [...values])).toEqual([
      [0, 1],
      [Number.NaN, Number.NaN],
    ]);
  });

  it('have no price where the tracker kept none', () => {
    const [day] = batches([row(0, { underlyingPrice: null })])[0]!.days;
    expect([...dayColumns('', day!.features, day!.labels, NAMES).prices]).toEqual([Number.NaN]);
  });

  it('do not depend on the order of the rows', () => {
    const rows = [0, 1, 2, 3].flatMap((minute) => [row(minute), row(minute, { exchange: 'BSE' })]);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(batches(shuffled)).toEqual(batches(rows));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a moment twice', [row(0), row(0)], /batch one: expected each moment of NSE once/],
    ['two creation times', [row(0), row(1, { createdMs: 0 })], /batch one: expected one created_at/],
  ])('refuse %s', (_, rows, message) => {
    expect(() => batches(rows)).toThrow(message);
  });
});
