import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type Cell, type Column, type ColumnTable, ROW_GROUP_ROWS } from '../../domain/lake/column-table.ts';
import { InvariantViolated } from '../../errors.ts';
import type { TableCodec } from '../../ports/table-codec.ts';
import { CREATED_BY, columnType, exactWhole, isMissing, schemaOf } from './schema.ts';

/** Fewest bytes that zlib takes for a buffer. */
const LEAST_CHUNK = 64;

/** Parquet by hyparquet-writer and hyparquet: ZSTD, INT64, UTC TIMESTAMP_MILLIS. */
export const hyparquetCodec = {
  write(table: ColumnTable, groupRows = ROW_GROUP_ROWS): Uint8Array {
    const columnData = table.columns.map((column) => ({
      name: column.name,
      data: encode(column),
      // A dictionary takes 0 and -0 for one value.
      ...(column.values.some(isNegativeZero) ? { encoding: 'PLAIN' as const } : {}),
    }));
    const file = parquetWriteBuffer({
      columnData,
      schema: schemaOf(table.columns),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      rowGroupSize: groupRows,
      createdBy: CREATED_BY,
    });
    return new Uint8Array(file);
  },
  async read(file: Uint8Array, names?: readonly string[]): Promise<ColumnTable> {
    return readTable(file, names);
  },
} satisfies TableCodec;

function encode(column: Column): unknown[] {
  return column.type === 'int64' || column.type === 'timestamp'
    ? encodeWhole(column)
    : column.values.map((value) => (isMissing(value) ? null : value));
}

function isNegativeZero(value: Cell): boolean {
  return Object.is(value, -0);
}

/** The writer's form of whole numbers. A snapshot's value stands in each of its legs' rows: converted once a run. */
function encodeWhole({ name, values }: Column): (bigint | null)[] {
  let last: Cell = null;
  let encoded: bigint | null = null;
  return values.map((value) => {
    if (isMissing(value)) return null;
    if (value === last) return encoded;
    last = value;
    encoded = BigInt(exactWhole(value, name));
    return encoded;
  });
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
      compressors: { ZSTD: inflate },
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

/** Room for the whole page and a byte more: a buffer that comes out full costs another round. */
function inflate(page: Uint8Array, pageBytes: number): Uint8Array {
  return new Uint8Array(zstdDecompressSync(page, { chunkSize: Math.max(LEAST_CHUNK, pageBytes + 1) }));
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
