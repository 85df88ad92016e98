import { Writable } from 'node:stream';
import { parquetMetadata, type Statistics } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import {
  type Cell,
  type Column,
  type ColumnTable,
  type ColumnType,
  ROW_GROUP_ROWS,
} from '../../domain/lake/column-table.ts';
import type { TableWriter } from '../../ports/table-codec.ts';
import { loadParquetjs } from './load-parquetjs.ts';
import { CREATED_BY, exactWhole, isMissing, schemaOf } from './schema.ts';

/** Its own TIMESTAMP_MILLIS refuses moments before 1970: plain numbers here, the type comes with the footer. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'UTF8',
  double: 'DOUBLE',
  int64: 'INT64',
  timestamp: 'INT64',
  boolean: 'BOOLEAN',
};

/** It turns numbers to text and back, which loses the sign of -0; this compares as -0 and reads '-0'. */
const NEGATIVE_ZERO = Object.freeze({ valueOf: () => -0, toString: () => '-0' });

/** It orders text by UTF-16 unit, Parquet by code point; the two differ only where there are surrogates. */
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Parquet by parquetjs-lite: its pages, and a footer written anew, since its own has neither logical types nor column
 * orders. Its statistics are kept where they are right. It must never be used to read.
 */
export const parquetjsWriter: TableWriter = {
  async write(table, groupRows = ROW_GROUP_ROWS) {
    const pages = await writePages(table, groupRows);
    return withFooter(pages, table.columns);
  },
};

async function writePages({ rows, columns }: ColumnTable, groupRows: number): Promise<Uint8Array> {
  const parquetjs = await loadParquetjs();
  const fields = columns.map(({ name, type }) => [
    name,
    { type: TYPES[type], optional: true, compression: 'ZSTD' },
  ]);
  const file = collector();
  const writer = await parquetjs.ParquetWriter.openStream(
    new parquetjs.ParquetSchema(Object.fromEntries(fields)),
    file.stream,
    { rowGroupSize: groupRows, pageSize: groupRows, useDataPageV2: false, pageIndex: false },
  );
  // One after another: rows appended at once are written several times.
  for (let row = 0; row < rows; row++) await writer.appendRow(rowOf(columns, row));
  await writer.close();
  return file.bytes();
}

function rowOf(columns: readonly Column[], row: number): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column.name, encoded(column, column.values[row])]));
}

function encoded({ name, type }: Column, value: Cell | undefined): unknown {
  if (isMissing(value)) return null;
  if (type === 'int64' || type === 'timestamp') return exactWhole(value, name);
  return Object.is(value, -0) ? NEGATIVE_ZERO : value;
}

function withFooter(file: Uint8Array, columns: readonly Column[]): Uint8Array {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  const { row_groups, num_rows, metadata_length } = parquetMetadata(buffer);
  const writer = new ByteWriter();
  const footer = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy: CREATED_BY });
  const magic = writer.offset;
  writer.appendBytes(file.subarray(magic, file.length - metadata_length - 2 * magic));
  footer.num_rows = num_rows;
  footer.row_groups = row_groups.map((group) => ({
    ...group,
    columns: group.columns.map((chunk, at) => withBounds(chunk, columns[at] as Column)),
  }));
  footer.finish();
  return writer.getBytes();
}

type Chunk = ReturnType<typeof parquetMetadata>['row_groups'][number]['columns'][number];

function withBounds(chunk: Chunk, column: Column): Chunk {
  const { meta_data: metadata } = chunk;
  if (metadata?.statistics === undefined) return chunk;
  const { null_count, min_value, max_value } = metadata.statistics;
  const isOrdered = column.type !== 'string' || !column.values.some(hasSurrogate);
  const statistics: Statistics = {
    ...(null_count === undefined ? {} : { null_count }),
    ...(isOrdered && min_value !== undefined && max_value !== undefined ? { min_value, max_value } : {}),
  };
  return { ...chunk, meta_data: { ...metadata, statistics } };
}

function hasSurrogate(value: Cell): boolean {
  return typeof value === 'string' && SURROGATE.test(value);
}

function collector(): { readonly stream: Writable; readonly bytes: () => Uint8Array } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
