import { TABLES } from '../../shared/adapters/csv/file-kind.ts';
import { readTable } from '../../shared/adapters/csv/table-file.ts';
import {
  DEPTH_SKIP_REASONS,
  type DepthRow,
  parseDepthRow,
} from '../../shared/domain/market/import/depth-table.ts';
import {
  MACRO_SKIP_REASONS,
  type MacroRow,
  parseMacroRow,
} from '../../shared/domain/market/import/macro-table.ts';
import { type SupplementFate, Supplements } from '../../shared/domain/market/import/supplements.ts';
import type { Output } from '../output.ts';
import type { BackfillPlan, SupplementTable } from './plan.ts';
import { showSkipped } from './show.ts';

const WORDS = { ...MACRO_SKIP_REASONS, ...DEPTH_SKIP_REASONS };

/** What the tables of one command know, and the rows of each by its file. */
export interface LoadedSupplements {
  readonly all: Supplements;
  readonly tables: readonly {
    readonly file: string;
    readonly table: SupplementTable;
    readonly rows: readonly (MacroRow | DepthRow)[];
  }[];
}

/** What became of the rows of one table that could be read: `read` = `applied` + all of `unused`. */
export interface SupplementReport {
  readonly file: string;
  readonly table: SupplementTable;
  readonly read: number;
  /** Rows that are in at least one snapshot. */
  readonly applied: number;
  readonly unused: Readonly<Partial<Record<Exclude<SupplementFate, 'applied'>, number>>>;
}

/** Reads the tables that complete snapshots, and says what of them could be read. */
export async function loadSupplements(
  { supplements }: Pick<BackfillPlan, 'supplements'>,
  output: Output,
): Promise<LoadedSupplements> {
  const all = new Supplements();
  const tables: LoadedSupplements['tables'][number][] = [];
  for (const { file, table } of supplements) {
    const { rows, total, skipped } = await readOne(all, file, table);
    output.line(`${file}: ${table}, ${total} rows, ${rows.length} read`);
    showSkipped(skipped, WORDS, output);
    tables.push({ file, table, rows });
  }
  return { all, tables };
}

/** Says, once the chains are posted, how many rows of each table are in their snapshots, and why the rest are not. */
export function showApplied({ all, tables }: LoadedSupplements, output: Output): readonly SupplementReport[] {
  return tables.map(({ file, table, rows }) => {
    const fates: Partial<Record<SupplementFate, number>> = {};
    for (const row of rows) fates[all.fateOf(row)] = (fates[all.fateOf(row)] ?? 0) + 1;
    const { applied = 0, ...unused } = fates;
    output.line(`${file}: ${applied} of ${rows.length} rows read are in the snapshots of this command`);
    const words = {
      sparse_chain: 'depth of a sparse chain, which has no prices to go with it',
      no_snapshot:
        table === 'order_book_depth_snapshots'
          ? 'no snapshot of the contract without depth of its own in that minute or the next'
          : 'no snapshot of which it is the newest value within a day, and that has none of its own',
    };
    for (const [fate, count] of Object.entries(unused)) {
      output.line(`  ${count} rows not used: ${words[fate as keyof typeof words]}`);
    }
    return { file, table, read: rows.length, applied, unused };
  });
}

async function readOne(all: Supplements, file: string, table: SupplementTable) {
  if (table === 'order_book_depth_snapshots') {
    const read = await readTable(file, TABLES[table], parseDepthRow);
    for (const row of read.rows) all.addDepth(row);
    return read;
  }
  const read = await readTable(file, TABLES[table], parseMacroRow);
  for (const row of read.rows) all.addMacro(row, table);
  return read;
}
