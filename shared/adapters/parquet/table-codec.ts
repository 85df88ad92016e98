import type { TableCodec, TableWriter } from '../../ports/table-codec.ts';
import { hyparquetCodec } from './hyparquet-codec.ts';
import { parquetjsWriter } from './parquetjs-writer.ts';

/** Libraries that can write the lake, by the value of the setting `parquetWriter`. */
const WRITERS = { hyparquet: hyparquetCodec, parquetjs: parquetjsWriter } satisfies Record<
  string,
  TableWriter
>;
export type ParquetWriterName = keyof typeof WRITERS;

/** The lake's codec with the chosen writer. Whoever wrote a file, hyparquet reads it. */
export function tableCodec(writer: ParquetWriterName): TableCodec {
  return {
    write: (table, groupRows) => WRITERS[writer].write(table, groupRows),
    read: hyparquetCodec.read,
  };
}
