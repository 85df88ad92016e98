import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { RejectedInput } from '../../errors.ts';
import { fileError } from './file-error.ts';

/** One record of a CSV file, its fields as text. */
export interface NumberedRecord {
  readonly record: readonly string[];
  /** Line of the file, 1 is the header. */
  readonly line: number;
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The records of a CSV file in its order, the header first, streamed; `.gz` is decompressed. `kind` says in errors
 * what the file should have been (`a recorded chain`). Throws RejectedInput that names file, line and remedy.
 */
export async function* readRecords(
  path: string,
  kind: string,
): AsyncGenerator<NumberedRecord, void, undefined> {
  const records = openRecords(path);
  try {
    for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
      yield { record, line: info.lines };
    }
  } catch (error) {
    throw explained(path, kind, error);
  } finally {
    records.destroy();
  }
}

/** Puts file, line and remedy to what a row's reader refused; any other error stays as it is. */
export function rejectedAt(path: string, line: number, error: unknown): unknown {
  if (!(error instanceof RejectedInput)) return error;
  return new RejectedInput(`${path}:${line}: ${error.message}; correct or remove the row`, {
    ...(error.field !== undefined && { field: error.field }),
    cause: error,
  });
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

/** Says in words what the CSV parser, the file system or zlib found wrong. */
function explained(path: string, kind: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return fileError(path, `${kind} (.csv or .csv.gz)`, '.csv', error);
  const line = 'lines' in error ? `:${error['lines']}` : '';
  return new RejectedInput(
    `${path}${line}: expected a readable CSV row, was not (${error.message}); correct or remove the row`,
    { field: 'file', cause: error },
  );
}
