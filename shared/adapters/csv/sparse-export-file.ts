import type { Import, ImportedSnapshot, ImportSummary } from '../../domain/market/import/import-summary.ts';
import { ImportTally } from '../../domain/market/import/import-summary.ts';
import { IMPORTED_SPARSE, SparseCarry } from '../../domain/market/import/sparse-chain.ts';
import {
  parseSparseRow,
  SPARSE_COLUMNS,
  type SparseColumn,
  type SparseRow,
} from '../../domain/market/import/sparse-row.ts';
import { RejectedInput } from '../../errors.ts';
import { readRecords, rejectedAt } from './csv-records.ts';

/** An export's summary: also the legs whose OI stands from an earlier moment, over all snapshots. */
export interface SparseSummary extends ImportSummary {
  readonly carriedLegs: number;
}

/**
 * Opens the tracker's export of `option_chain_snapshots` (`.csv`, `.csv.gz`). It may lie in any order (the tracker
 * writes the newest first), so the whole file is held in memory: about a hundred thousand rows a day.
 * Throws RejectedInput that names file, line and remedy, before the first snapshot is handed out.
 */
export async function openSparseExport(path: string): Promise<Import<SparseSummary>> {
  const rows = await readSparseRows(path);
  if (rows.length === 0)
    throw new RejectedInput(`${path}: expected at least one row below the header, was none`);
  const tally = new ImportTally();
  const carried = { legs: 0 };
  return {
    snapshots: walk(rows, tally, carried),
    summary: () => ({
      file: path,
      form: 'tracker_export',
      ...tally.counts(),
      totalRows: rows.length,
      flags: [IMPORTED_SPARSE],
      carriedLegs: carried.legs,
    }),
  };
}

async function readSparseRows(path: string): Promise<SparseRow[]> {
  let columns: Readonly<Record<SparseColumn, number>> | undefined;
  const rows: SparseRow[] = [];
  for await (const { record, line } of readRecords(path, "the tracker's export")) {
    if (columns === undefined) columns = columnsOf(path, record);
    else rows.push(rowOf(path, line, record, columns));
  }
  if (columns === undefined) throw new RejectedInput(`${path}:1: expected a header, was an empty file`);
  return rows.sort((a, b) => a.timestampMs - b.timestampMs);
}

function columnsOf(path: string, header: readonly string[]): Readonly<Record<SparseColumn, number>> {
  const names = header.map((name) => name.trim());
  const missing = SPARSE_COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new RejectedInput(
      `${path}:1: expected a header with the columns ${SPARSE_COLUMNS.join(', ')}, was one without ${missing.join(', ')}`,
      { field: 'header' },
    );
  }
  return Object.fromEntries(SPARSE_COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<
    SparseColumn,
    number
  >;
}

function rowOf(
  path: string,
  line: number,
  record: readonly string[],
  columns: Readonly<Record<SparseColumn, number>>,
): SparseRow {
  try {
    return parseSparseRow((column) => record[columns[column]]!);
  } catch (error) {
    throw rejectedAt(path, line, error);
  }
}

async function* walk(
  rows: readonly SparseRow[],
  tally: ImportTally,
  carried: { legs: number },
): AsyncGenerator<ImportedSnapshot, void, undefined> {
  const carry = new SparseCarry();
  for (const moment of moments(rows)) {
    for (const chain of Map.groupBy(moment, ({ exchange }) => exchange).values()) {
      const { snapshot, used, skipped, carriedLegs } = carry.settle(chain);
      carried.legs += carriedLegs;
      tally.add(chain.length, used, skipped, snapshot === undefined ? [] : [snapshot]);
      if (snapshot !== undefined) yield snapshot;
    }
  }
}

/** Neighbouring rows of one timestamp. */
function* moments(rows: readonly SparseRow[]): Generator<SparseRow[]> {
  let moment: SparseRow[] = [];
  for (const row of rows) {
    if (moment.length > 0 && moment[0]!.timestampMs !== row.timestampMs) {
      yield moment;
      moment = [];
    }
    moment.push(row);
  }
  if (moment.length > 0) yield moment;
}
