import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, Column, ColumnTable, ColumnType } from '../../domain/lake/column-table.ts';
import { InvariantViolated } from '../../errors.ts';
import type { TableCodec } from '../../ports/table-codec.ts';

const ROW_GROUP_ROWS = 30_000;
const CREATED_BY = 'oi-loop';

type Element = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** Without the logical type, readers such as DuckDB take a timestamp for a local one of no zone. */
const PARQUET_TYPES: Readonly<Record<ColumnType, Element>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  double: { type: 'DOUBLE' },
  int64: { type: 'INT64' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  boolean: { type: 'BOOLEAN' },
};

/** Parquet by hyparquet-writer and hyparquet (design/parquet.md): ZSTD, INT64, UTC TIMESTAMP_MILLIS, row groups of 30,000. */
export const hyparquetCodec: TableCodec = {
  write(table) {
    const columnData = table.columns.map((column) => ({
      name: column.name,
      data: encode(column),
    }));
    const file = parquetWriteBuffer({
      columnData,
      schema: schemaOf(table.columns),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      rowGroupSize: ROW_GROUP_ROWS,
      createdBy: CREATED_BY,
    });
    return new Uint8Array(file);
  },
  async read(file, names) {
    return readTable(file, names);
  },
};

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const elements = columns.map(
    ({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...PARQUET_TYPES[type] }),
  );
  return [{ name: 'root', num_children: columns.length }, ...elements];
}

function encode(column: Column): unknown[] {
  return column.type === 'int64' || column.type === 'timestamp'
    ? encodeWhole(column)
    : column.values.map((value) => (isMissing(value) ? null : value));
}

/** The writer's form of whole numbers. A snapshot's value stands in each of its legs' rows: converted once a run. */
function encodeWhole({ name, values }: Column): (bigint | null)[] {
  let last: Cell = null;
  let encoded: bigint | null = null;
  return values.map((value) => {
    if (isMissing(value)) return null;
    if (value === last) return encoded;
    if (!Number.isSafeInteger(value)) {
      throw new InvariantViolated(`${name}: expected a whole number up to 2^53 - 1, was ${value}`, {
        field: name,
      });
    }
    last = value;
    encoded = BigInt(value as number);
    return encoded;
  });
}

function isMissing(value: Cell | undefined): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

async function readTable(file: Uint8Array, names?: readonly string[]): Promise<ColumnTable> {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  const metadata = metadataOf(buffer);
  const wanted = metadata.schema.slice(1).filter(({ name }) => names === undefined || names.includes(name));
  const missing = names?.filter((name) => !wanted.some((element) => element.name === name)) ?? [];
  if (missing.length > 0) {
    throw new InvariantViolated(
      `Parquet file: expected the columns ${missing.join(', ')}, was a file without them`,
    );
  }
  const cells = new Map<string, Cell[]>(
    wanted.map(({ name }) => [name, new Array(Number(metadata.num_rows))]),
  );
  await readCells(buffer, metadata, cells);
  return {
    rows: Number(metadata.num_rows),
    columns: wanted.map((element) => ({
      name: element.name,
      type: columnType(element),
      values: cells.get(element.name) as Cell[],
    })),
  };
}

async function readCells(
  file: ArrayBuffer,
  metadata: FileMetaData,
  cells: ReadonlyMap<string, Cell[]>,
): Promise<void> {
  try {
    await parquetRead({
      file,
      metadata,
      columns: [...cells.keys()],
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
      parsers: { timestampFromMilliseconds: Number },
      onChunk: ({ columnName, columnData, rowStart }) => {
        const target = cells.get(columnName) as Cell[];
        for (let index = 0; index < columnData.length; index++)
          target[rowStart + index] = decode(columnData[index]);
      },
    });
  } catch (error) {
    const message = `Parquet file: expected pages as its footer says, was ${(error as Error).message}`;
    throw new InvariantViolated(message, { cause: error });
  }
}

function metadataOf(buffer: ArrayBuffer): FileMetaData {
  try {
    return parquetMetadata(buffer);
  } catch (error) {
    throw new InvariantViolated(
      `Parquet file: expected a whole file, was ${buffer.byteLength} bytes without a footer`,
      {
        cause: error,
      },
    );
  }
}

function decode(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'bigint' ? Number(value) : (value as Cell);
}

function columnType({ name, type, converted_type }: SchemaElement): ColumnType {
  if (converted_type === 'TIMESTAMP_MILLIS') return 'timestamp';
  if (converted_type === 'UTF8') return 'string';
  if (type === 'DOUBLE') return 'double';
  if (type === 'INT64') return 'int64';
  if (type === 'BOOLEAN') return 'boolean';
  throw new InvariantViolated(
    `Parquet column ${name}: expected a type of the lake, was ${converted_type ?? type}`,
  );
}
