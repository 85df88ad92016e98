import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { featureRowsOf, featureTable } from '../../../../shared/domain/features/feature-table.ts';
import { column } from '../../../../shared/domain/lake/column-table.ts';
import { aFeatureRow } from '../../../factories/rows.ts';

const NAMES = ['vix', 'pcr_total_oi', 'net_gamma'];
const value = fc.double({ min: Number.NEGATIVE_INFINITY });
const rows = fc
  .uniqueArray(fc.nat(374), { maxLength: 12 })
  .chain((minutes) =>
    fc.tuple(
      ...minutes.map((minute) =>
        fc
          .tuple(fc.tuple(value, value, value), fc.subarray(['gap', 'stale_depth']))
          .map(([values, quality_flags]) => aFeatureRow(minute, values, { quality_flags })),
      ),
    ),
  );

describe('featureTable and featureRowsOf', () => {
  it('are inverses, NaN as missing and infinities kept', () => {
    fc.assert(
      fc.property(rows, (given) => {
        expect(featureRowsOf(featureTable(given, NAMES), NAMES)).toEqual(given);
      }),
    );
  });

  it('are inverses through a Parquet file', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const file = hyparquetCodec.write(featureTable(given, NAMES));
        expect(featureRowsOf(await hyparquetCodec.read(file), NAMES)).toEqual(given);
      }),
      { numRuns: 30 },
    );
  });

  it('has identity first, a DOUBLE column per feature, then the flags', () => {
    const { columns } = featureTable([aFeatureRow(0, [1, 2, 3])], NAMES);
    expect(columns.map(({ name }) => name)).toEqual([
      'uid',
      'timestamp',
      'received_at',
      'recorded_at',
      'exchange',
      'feature_set',
      'snapshot_id',
      'underlying_price',
      ...NAMES,
      'quality_flags',
    ]);
    expect(columns.filter(({ name }) => NAMES.includes(name)).every(({ type }) => type === 'double')).toBe(
      true,
    );
  });

  it('reads the features asked for, in that order, and names one that is not there', () => {
    const table = featureTable([aFeatureRow(0, [1, 2, 3])], NAMES);
    expect([...featureRowsOf(table, ['net_gamma', 'vix'])[0]!.values]).toEqual([3, 1]);
    expect(() => featureRowsOf(table, ['unknown'])).toThrow(/was unknown$/);
    expect(column(table, 'vix')).toEqual([1]);
  });
});
