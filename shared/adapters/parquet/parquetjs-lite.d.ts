/** The parts of parquetjs-lite that the lake uses; the package has no types of its own. */
declare module 'parquetjs-lite' {
  import type { Writable } from 'node:stream';

  interface Field {
    readonly type: string;
    readonly optional: boolean;
    readonly compression: string;
  }
  interface Options {
    readonly rowGroupSize: number;
    readonly pageSize: number;
    readonly useDataPageV2: boolean;
    readonly pageIndex: boolean;
  }
  class ParquetSchema {
    constructor(fields: Readonly<Record<string, Field>>);
  }
  class ParquetWriter {
    static openStream(schema: ParquetSchema, stream: Writable, options: Options): Promise<ParquetWriter>;
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }
  const parquetjs: {
    readonly ParquetSchema: typeof ParquetSchema;
    readonly ParquetWriter: typeof ParquetWriter;
  };
  export default parquetjs;
}

declare module 'parquetjs-lite/lib/compression.js' {
  interface Method {
    deflate(value: Uint8Array): Uint8Array;
    inflate(value: Uint8Array): Uint8Array;
  }
  const compression: { readonly PARQUET_COMPRESSION_METHODS: Record<string, Method> };
  export default compression;
}
