import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** What the package's generated code assigns without declaring: an error in the strict code of a bundle. */
const UNDECLARED = [
  ...['Statistics', 'KeyValue', 'SchemaElement', 'FileMetaData', 'RowGroup', 'SortingColumn', 'LogicalType'],
  ...['StringType', 'UUIDType', 'MapType', 'ListType', 'EnumType', 'DateType', 'NullType', 'DecimalType'],
  ...['TimeUnit', 'MilliSeconds', 'MicroSeconds', 'TimestampType', 'TimeType', 'IntType', 'JsonType'],
  ...['BsonType', 'DataPageHeader', 'IndexPageHeader', 'DictionaryPageHeader', 'DataPageHeaderV2'],
  ...['PageHeader', 'PageEncodingStats', 'ColumnMetaData', 'ColumnChunk', 'TypeDefinedOrder', 'ColumnOrder'],
  ...['PageLocation', 'OffsetIndex', 'ColumnIndex'],
];

/**
 * Loads parquetjs-lite and teaches it ZSTD: it takes any compression in its table. Only those who chose this writer
 * pay for it.
 */
export async function loadParquetjs() {
  const global = globalThis as Record<string, unknown>;
  for (const name of UNDECLARED) if (!(name in global)) global[name] = undefined;
  const { default: parquetjs } = await import('parquetjs-lite');
  const { default: compression } = await import('parquetjs-lite/lib/compression.js');
  compression.PARQUET_COMPRESSION_METHODS['ZSTD'] ??= {
    deflate: (page) => zstdCompressSync(page),
    inflate: (page) => zstdDecompressSync(page),
  };
  return parquetjs;
}
