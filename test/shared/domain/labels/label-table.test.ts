import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { HORIZONS } from '../../../../shared/domain/labels/label-row.ts';
import { labelRowsOf, labelTable } from '../../../../shared/domain/labels/label-table.ts';
import { aLabelRow } from '../../../factories/rows.ts';

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const fraction = orNull(fc.double({ min: -0.5, max: 0.5, noNaN: true }).map((value) => value + 0));
const direction = orNull(fc.constantFrom(-1 as const, 0 as const, 1 as const));
const ahead = fc.record(
  Object.fromEntries(
    HORIZONS.flatMap((horizon) => [
      [`return_${horizon}`, fraction],
      [`direction_${horizon}`, direction],
    ]),
  ),
);
const target = fc.record({
  target: direction,
  barrier_hit: orNull(fc.constantFrom('upper' as const, 'lower' as const, 'time' as const)),
  minutes_to_hit: orNull(fc.integer({ min: 1, max: 15 })),
  volatility: orNull(fc.double({ min: 0.0005, max: 0.1, noNaN: true })),
});
const rows = fc.array(
  fc
    .tuple(fc.nat(374), ahead, target)
    .map(([minute, returns, met]) => aLabelRow(minute, { ...returns, ...met })),
  { maxLength: 20 },
);

describe('labelTable and labelRowsOf', () => {
  it('are inverses', () => {
    fc.assert(
      fc.property(rows, (given) => {
        expect(labelRowsOf(labelTable(given))).toEqual(given);
      }),
    );
  });

  it('are inverses through a Parquet file', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        expect(labelRowsOf(await hyparquetCodec.read(hyparquetCodec.write(labelTable(given))))).toEqual(
          given,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('keeps whole numbers whole and returns as doubles', () => {
    const types = Object.fromEntries(labelTable([]).columns.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      uid: 'string',
      timestamp: 'timestamp',
      return_15: 'double',
      direction_15: 'int64',
      target: 'int64',
      barrier_hit: 'string',
      minutes_to_hit: 'int64',
      volatility: 'double',
    });
  });
});
