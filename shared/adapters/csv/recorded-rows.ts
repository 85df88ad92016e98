import {
  parseRecordedRow,
  RECORDED_COLUMNS,
  type RecordedColumn,
  type RecordedRow,
} from '../../domain/market/import/recorded-row.ts';
import { RejectedInput } from '../../errors.ts';
import { readRecords, rejectedAt } from './csv-records.ts';

interface NumberedRow {
  readonly row: RecordedRow;
  /** Line of the file, 1 is the header. */
  readonly line: number;
}

/**
 * The rows of a recorded-chain CSV in the order of the file, streamed; `.gz` is decompressed. Throws RejectedInput
 * that names file, line and remedy.
 */
export async function* readRows(path: string): AsyncGenerator<NumberedRow, void, undefined> {
  let columns: Columns | undefined;
  for await (const { record, line } of readRecords(path, 'a recorded chain')) {
    if (columns === undefined) columns = columnsOf(path, record);
    else yield { row: rowOf(path, line, record, columns), line };
  }
  if (columns === undefined) throw wrongHeader(path, []);
}

type Columns = Readonly<Record<RecordedColumn, number>>;

function columnsOf(path: string, header: readonly string[]): Columns {
  const names = header.map((name) => name.trim());
  if (RECORDED_COLUMNS.some((column) => !names.includes(column))) throw wrongHeader(path, names);
  return Object.fromEntries(RECORDED_COLUMNS.map((column) => [column, names.indexOf(column)])) as Columns;
}

function wrongHeader(path: string, names: readonly string[]): RejectedInput {
  const missing = RECORDED_COLUMNS.filter((column) => !names.includes(column)).join(', ');
  const was = names.length === 0 ? 'an empty file' : names.slice(0, 20).join(',').slice(0, 200);
  return new RejectedInput(
    `${path}:1: expected a header with the columns ${RECORDED_COLUMNS.join(', ')} (missing: ${missing}), was ${was}; name the columns in the first line`,
    { field: 'header' },
  );
}

function rowOf(path: string, line: number, record: readonly string[], columns: Columns): RecordedRow {
  try {
    return parseRecordedRow((column) => record[columns[column]]!);
  } catch (error) {
    throw rejectedAt(path, line, error);
  }
}
