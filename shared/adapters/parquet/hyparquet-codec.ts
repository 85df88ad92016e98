import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, Column, ColumnTable, ColumnType } from '../../domain/lake/column-table.ts';
import { InvariantViolated } from '../../errors.ts';
import type { TableCodec } from '../../ports/table-codec.ts';

const ROW_GROUP_ROWS = 30_000;
const CREATED_BY = 'oi-loop';

const PARQUET_TYPES = {
  string: 'STRING',
  double: 'DOUBLE',
  int64: 'INT64',
  timestamp: 'TIMESTAMP',
  boolean: 'BOOLEAN',
} as const satisfies Record<ColumnType, string>;

/** Parquet by hyparquet-writer and hyparquet (design/parquet.md): ZSTD, INT64, UTC TIMESTAMP_MILLIS, row groups of 30,000. */
export const hyparquetCodec: TableCodec = {
  write(table) {
    const columnData = table.columns.map((column) => ({
      name: column.name,
      type: PARQUET_TYPES[column.type],
      data: column.values.map((value) => encode(value, column)),
      nullable: true,
    }));
    const file = parquetWriteBuffer({
      columnData,
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

function encode(value: Cell, { name, type }: Column): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (type === 'timestamp') return new Date(value as number);
  if (type !== 'int64') return value;
  if (!Number.isSafeInteger(value)) {
    throw new InvariantViolated(`${name}: expected a whole number up to 2^53 - 1, was ${value}`, {
      field: name,
    });
  }
  return BigInt(value as number);
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
  await parquetRead({
    file: buffer,
    metadata,
    columns: wanted.map(({ name }) => name),
    compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
    parsers: { timestampFromMilliseconds: Number },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const target = cells.get(columnName) as Cell[];
      for (let index = 0; index < columnData.length; index++)
        target[rowStart + index] = decode(columnData[index]);
    },
  });
  return {
    rows: Number(metadata.num_rows),
    columns: wanted.map((element) => ({
      name: element.name,
      type: columnType(element),
      values: cells.get(element.name) as Cell[],
    })),
  };
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
