import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import {
  parseRecordedRow,
  RECORDED_COLUMNS,
  type RecordedColumn,
  type RecordedRow,
} from '../../domain/market/import/recorded-row.ts';
import { RejectedInput } from '../../errors.ts';

interface NumberedRow {
  readonly row: RecordedRow;
  /** Line of the file, 1 is the header. */
  readonly line: number;
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The rows of a recorded-chain CSV in the order of the file, streamed; `.gz` is decompressed. Throws RejectedInput
 * that names file, line and remedy.
 */
export async function* readRows(path: string): AsyncGenerator<NumberedRow, void, undefined> {
  const records = openRecords(path);
  let columns: Columns | undefined;
  try {
    for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
      if (columns === undefined) columns = columnsOf(path, record);
      else yield { row: rowOf(path, info.lines, record, columns), line: info.lines };
    }
  } catch (error) {
    throw explained(path, error);
  } finally {
    records.destroy();
  }
  if (columns === undefined) throw wrongHeader(path, []);
}

function openRecords(path: string): Readable {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true });
  const file = createReadStream(path);
  // The parser is destroyed with the error that pipeline saw, and the reading loop throws it.
  const ignore = () => {};
  return path.endsWith('.gz')
    ? pipeline(file, createGunzip(), parser, ignore)
    : pipeline(file, parser, ignore);
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
    if (!(error instanceof RejectedInput)) throw error;
    throw new RejectedInput(`${path}:${line}: ${error.message}; correct or remove the row`, {
      ...(error.field !== undefined && { field: error.field }),
      cause: error,
    });
  }
}

/** Says in words what the file system, zlib or the CSV parser found wrong. */
function explained(path: string, error: unknown): unknown {
  if (error instanceof RejectedInput || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const reject = (message: string) => new RejectedInput(`${path}${message}`, { field: 'file', cause: error });
  if (code === 'ENOENT')
    return reject(': expected a recorded chain (.csv or .csv.gz), was not found; check the path');
  if (code === 'EISDIR') return reject(': expected a file, was a folder; name the files in it');
  if (code === 'EACCES')
    return reject(': expected a readable file, was not permitted; check its permissions');
  if (code === 'Z_BUF_ERROR') return reject(': expected a whole gzip file, was cut off; fetch it again');
  if (code?.startsWith('Z_'))
    return reject(
      ': expected gzip data as the name says, was something else; rename it to .csv or compress it',
    );
  if (error instanceof CsvError) {
    const line = 'lines' in error ? `:${error['lines']}` : '';
    return reject(
      `${line}: expected a readable CSV row, was not (${error.message}); correct or remove the row`,
    );
  }
  return error;
}
