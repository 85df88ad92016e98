import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { LABEL_COLUMNS } from '../../../../shared/domain/labels/label-row.ts';
import { labelRowsOf, labelTable } from '../../../../shared/domain/labels/label-table.ts';
import { aLabelRow } from '../../../factories/rows.ts';

const types = new Map(labelTable([]).columns.map(({ name, type }) => [name, type]));
const CELLS: Record<string, fc.Arbitrary<string | number>> = {
  string: fc.constantFrom('upper', 'lower', 'time'),
  int64: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  double: fc.double({ min: -0.5, max: 0.5, noNaN: true }).map((value) => value + 0),
};
const labels = fc.record(
  Object.fromEntries(LABEL_COLUMNS.map((name) => [name, fc.option(CELLS[types.get(name)!]!, { nil: null })])),
);
const rows = fc.array(
  fc.tuple(fc.nat(374), labels).map(([minute, cells]) => aLabelRow(minute, cells)),
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

  it('keeps whole numbers whole, and returns, rupees and weights as doubles', () => {
    expect(Object.fromEntries(types)).toMatchObject({
      uid: 'string',
      timestamp: 'timestamp',
      return_15: 'double',
      direction_15: 'int64',
      oi_change_ce_3: 'int64',
      ltp_change_atm_pe_30: 'double',
      straddle_pnl_5: 'double',
      target: 'int64',
      session_target: 'int64',
      session_barrier_hit: 'string',
      minutes_to_hit: 'int64',
      session_volatility: 'double',
      uniqueness: 'double',
    });
  });

  it('reads a file of tracker-tb15-v1: what that set did not label is null', () => {
    const row = aLabelRow(3, {
      return_5: 0.01,
      direction_5: 1,
      target: -1,
      minutes_to_hit: 4,
      call_pnl_5: 9,
    });
    const old = /^(uid|timestamp|(return|direction)_\d+|target|barrier_hit|minutes_to_hit|volatility)$/;
    const { columns } = labelTable([row]);
    const v1 = { rows: 1, columns: columns.filter(({ name }) => old.test(name)) };
    expect(v1.columns).toHaveLength(14);
    expect(labelRowsOf(v1)).toEqual([{ ...row, call_pnl_5: null }]);
  });

  it('refuses a file that lacks a column of its set', () => {
    const { columns } = labelTable([aLabelRow()]);
    const torn = { rows: 1, columns: columns.filter(({ name }) => name !== 'session_target') };
    expect(() => labelRowsOf(torn)).toThrow(/session_target/);
  });
});
