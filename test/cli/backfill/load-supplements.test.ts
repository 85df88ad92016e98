import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSupplements, showApplied } from '../../../cli/backfill/load-supplements.ts';
import { openOutput } from '../../../cli/output.ts';
import type { ImportedSnapshot } from '../../../shared/domain/market/import/import-summary.ts';
import { aSnapshot } from '../../factories/snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'supplements-'));
afterAll(() => rmSync(folder, { recursive: true }));

const symbol = aSnapshot().legs[0]!.symbol;
const DEPTH = [
  'timestamp,symbol,side,level,price,quantity',
  `2025-12-04 12:35:00,${symbol},buy,1,101.5,150`,
  `2025-12-04 12:35:00,${symbol},sell,1,102,150`,
  `2025-12-04 12:35:00,${symbol},sell,7,103,150`,
  '2025-12-04 12:35:00,UNKNOWN,buy,1,101.5,150',
].join('\n');
const MACRO = [
  'timestamp,crude_trend',
  '2025-12-04 12:00,1',
  '2025-12-04 12:30,2',
  '2025-12-04 13:30,3',
].join('\n');

/** Loads both tables, completes these snapshots, and gives what was said and reported. */
async function completed(...snapshots: readonly ImportedSnapshot[]) {
  writeFileSync(join(folder, 'depth.csv'), DEPTH);
  writeFileSync(join(folder, 'macro.csv'), MACRO);
  const shown = new PassThrough();
  const stream = shown as unknown as typeof process.stdout;
  const output = openOutput(false, stream, stream as unknown as typeof process.stderr);
  const loaded = await loadSupplements(
    {
      supplements: [
        { file: join(folder, 'depth.csv'), key: 'd', table: 'order_book_depth_snapshots' },
        { file: join(folder, 'macro.csv'), key: 'm', table: 'macro_signals' },
      ],
    },
    output,
  );
  for (const snapshot of snapshots) loaded.all.apply(snapshot);
  const [depth, macro] = showApplied(loaded, output);
  return { depth: depth!, macro: macro!, text: String(shown.read()) };
}
const snapshot = aSnapshot({ timestamp: '2025-12-04T12:35:10+05:30', macro: null });

describe('what became of the rows of tables that complete snapshots', () => {
  it('counts those that are in a snapshot, and says why the rest are not', async () => {
    const { depth, macro, text } = await completed(snapshot, snapshot);
    expect(depth).toMatchObject({ read: 3, applied: 2, unused: { no_snapshot: 1 } });
    expect(macro).toMatchObject({ read: 3, applied: 1, unused: { no_snapshot: 2 } });
    expect(text).toContain('depth.csv: order_book_depth_snapshots, 4 rows, 3 read');
    expect(text).toContain('1 rows skipped: a level beyond the fifth');
    expect(text).toContain('depth.csv: 2 of 3 rows read are in the snapshots of this command');
    expect(text).toContain('1 rows not used: no snapshot of the contract without depth of its own');
    expect(text).toContain('2 rows not used: no snapshot of which it is the newest value');
  });

  it('says that a sparse chain takes no depth, but takes macro values', async () => {
    const { depth, macro, text } = await completed({ ...snapshot, origin: 'imported_sparse' });
    expect(depth).toMatchObject({ read: 3, applied: 0, unused: { sparse_chain: 2, no_snapshot: 1 } });
    expect(macro.applied).toBe(1);
    expect(text).toContain('depth.csv: 0 of 3 rows read are in the snapshots of this command');
    expect(text).toContain('2 rows not used: depth of a sparse chain, which has no prices');
  });

  it('counts a row once that a sparse and a priced chain want', async () => {
    const { depth } = await completed({ ...snapshot, origin: 'imported_sparse' }, snapshot);
    expect(depth).toMatchObject({ applied: 2, unused: { no_snapshot: 1 } });
  });

  it('does not count depth that the leg had before', async () => {
    const legs = snapshot.legs.map((leg) => ({ ...leg, depth: { buy: [], sell: [] } }));
    expect((await completed({ ...snapshot, legs })).depth).toMatchObject({
      ...{ applied: 0, unused: { no_snapshot: 3 } },
    });
  });
});
