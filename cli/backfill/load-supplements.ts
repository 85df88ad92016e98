import { TABLES } from '../../shared/adapters/csv/file-kind.ts';
import { readTable } from '../../shared/adapters/csv/table-file.ts';
import { DEPTH_SKIP_REASONS, parseDepthRow } from '../../shared/domain/market/import/depth-table.ts';
import { MACRO_SKIP_REASONS, parseMacroRow } from '../../shared/domain/market/import/macro-table.ts';
import { Supplements } from '../../shared/domain/market/import/supplements.ts';
import type { Output } from '../output.ts';
import type { BackfillPlan } from './plan.ts';
import { showSkipped } from './show.ts';

const WORDS = { ...MACRO_SKIP_REASONS, ...DEPTH_SKIP_REASONS };

/** Reads the tables that complete snapshots, and says what became of their rows. */
export async function loadSupplements(
  { supplements }: Pick<BackfillPlan, 'supplements'>,
  output: Output,
): Promise<Supplements> {
  const all = new Supplements();
  for (const { file, table } of supplements) {
    const { rows, total, skipped } = await readOne(all, file, table);
    output.line(`${file}: ${table}, ${total} rows, ${rows.length} used in the snapshots of this command`);
    showSkipped(skipped, WORDS, output);
  }
  return all;
}

async function readOne(all: Supplements, file: string, table: BackfillPlan['supplements'][number]['table']) {
  if (table === 'order_book_depth_snapshots') {
    const read = await readTable(file, TABLES[table], parseDepthRow);
    for (const row of read.rows) all.addDepth(row);
    return read;
  }
  const read = await readTable(file, TABLES[table], parseMacroRow);
  for (const row of read.rows) all.addMacro(row, table);
  return read;
}
