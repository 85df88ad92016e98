import { fileKind, type TableKind } from '../../shared/adapters/csv/file-kind.ts';
import { RejectedInput } from '../../shared/errors.ts';
import { fileKey } from './file-key.ts';

/** A file and what its content is known by (SHA-256, hex). */
export interface PlannedFile {
  readonly file: string;
  readonly key: string;
}

/** The files of one backfill by what becomes of them. */
export interface BackfillPlan {
  /** Their snapshots are posted. */
  readonly chains: readonly PlannedFile[];
  /** What they know goes into the snapshots of the same command. */
  readonly supplements: readonly (PlannedFile & { readonly table: SupplementTable })[];
  /** Kept in the lake apart from what is our own. */
  readonly records: readonly (PlannedFile & { readonly table: RecordTable })[];
}

export type SupplementTable = 'macro_signals' | 'vix_term_structure' | 'order_book_depth_snapshots';
export type RecordTable = 'ml_features' | 'paper_trading_metrics' | 'recommendation_log';

const SUPPLEMENTS: ReadonlySet<TableKind> = new Set<SupplementTable>([
  'macro_signals',
  'vix_term_structure',
  'order_book_depth_snapshots',
]);

/**
 * Recognises each file by its content; the same content given twice is one file.
 * @throws RejectedInput, before anything is posted, for a file of no known kind, and for tables that complete snapshots
 *   when no file has any.
 */
export async function planBackfill(files: readonly string[]): Promise<BackfillPlan> {
  const plan = {
    chains: [] as PlannedFile[],
    supplements: [] as (PlannedFile & { table: SupplementTable })[],
    records: [] as (PlannedFile & { table: RecordTable })[],
  };
  const seen = new Set<string>();
  for (const file of files) {
    const kind = await fileKind(file);
    const key = await fileKey(file);
    if (seen.has(key)) continue;
    seen.add(key);
    if (kind.kind === 'chain') plan.chains.push({ file, key });
    else if (kind.kind === 'recommendation_log') plan.records.push({ file, key, table: kind.kind });
    else if (isSupplement(kind.table)) plan.supplements.push({ file, key, table: kind.table });
    else plan.records.push({ file, key, table: kind.table });
  }
  assertCompletes(plan);
  return plan;
}

function assertCompletes({ chains, supplements: [first] }: BackfillPlan): void {
  if (chains.length > 0 || first === undefined) return;
  const was = `a ${first.table} alone`;
  throw new RejectedInput(
    `${first.file}: expected the chain it completes, was ${was}; name both in one command`,
  );
}

function isSupplement(table: TableKind): table is SupplementTable {
  return SUPPLEMENTS.has(table);
}
