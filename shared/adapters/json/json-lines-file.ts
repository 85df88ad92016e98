import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type FieldReader, placesOf, type TableShape } from '../../domain/market/import/table-shape.ts';
import { RejectedInput } from '../../errors.ts';
import { fileError } from '../csv/file-error.ts';
import { RowTally, type TableRows } from '../csv/table-file.ts';

/**
 * Reads JSON lines (`.jsonl`, `.jsonl.gz`), each an object with the fields of `shape`. A last line without its end (a
 * log that is still being written) is skipped as `cut_off`. Throws RejectedInput that names file, line and remedy.
 */
export async function readJsonLines<Field extends string, Row extends object>(
  path: string,
  shape: TableShape<Field>,
  parse: (field: FieldReader<Field>, whole: Readonly<Record<string, unknown>>) => Row | string,
): Promise<TableRows<Row>> {
  const tally = new RowTally<Row>();
  let number = 0;
  let broken: RejectedInput | undefined;
  try {
    for await (const line of linesOf(path)) {
      number += 1;
      if (line.trim() === '') continue;
      if (broken !== undefined) throw broken;
      const whole = parsed(line);
      if (whole === undefined) {
        broken = new RejectedInput(
          `${path}:${number}: expected a JSON object, was ${line.slice(0, 80)}; correct or remove the line`,
          { field: 'file' },
        );
        continue;
      }
      tally.add(parsedRow(path, number, shape, whole, parse));
    }
  } catch (error) {
    throw fileError(path, 'a log of JSON lines (.jsonl or .jsonl.gz)', '.jsonl', error);
  }
  if (broken !== undefined) tally.add('cut_off');
  return tally.result();
}

function parsedRow<Field extends string, Row extends object>(
  path: string,
  line: number,
  shape: TableShape<Field>,
  whole: Readonly<Record<string, unknown>>,
  parse: (field: FieldReader<Field>, whole: Readonly<Record<string, unknown>>) => Row | string,
): Row | string {
  const names = Object.keys(whole);
  const places = placesOf(shape, names);
  const field = (name: Field) => {
    const value = whole[names[places[name] ?? -1] ?? ''];
    return value === null || value === undefined ? '' : String(value);
  };
  try {
    return parse(field, whole);
  } catch (error) {
    if (!(error instanceof RejectedInput)) throw error;
    throw new RejectedInput(`${path}:${line}: ${error.message}; correct or remove the line`, {
      ...(error.field !== undefined && { field: error.field }),
      cause: error,
    });
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a text file, the last one also without its end; `.gz` is decompressed. */
async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const file = createReadStream(path);
  // An error of either stream is thrown by the loop.
  const text = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
  let rest = '';
  for await (const chunk of text.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
