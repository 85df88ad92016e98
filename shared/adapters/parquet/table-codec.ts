import { InvariantViolated } from '../../errors.ts';
import type { TableCodec, TableWriter } from '../../ports/table-codec.ts';
import { hyparquetCodec } from './hyparquet-codec.ts';
import { parquetjsWriter } from './parquetjs-writer.ts';

/** Libraries that can write the lake, by the value of the setting `parquetWriter`. */
const WRITERS = { hyparquet: hyparquetCodec, parquetjs: parquetjsWriter } satisfies Record<
  string,
  TableWriter
>;
export type ParquetWriterName = keyof typeof WRITERS;

/**
 * The lake's codec with the chosen writer. Whoever wrote a file, hyparquet reads it.
 * @throws InvariantViolated for a writer that is not there.
 */
export function tableCodec(writer: string): TableCodec {
  if (!isWriter(writer)) {
    const names = Object.keys(WRITERS).join(' or ');
    throw new InvariantViolated(`PARQUET_WRITER: expected ${names}, was ${writer}`, {
      field: 'PARQUET_WRITER',
    });
  }
  return {
    write: (table, groupRows) => WRITERS[writer].write(table, groupRows),
    read: hyparquetCodec.read,
  };
}

function isWriter(name: string): name is ParquetWriterName {
  return Object.hasOwn(WRITERS, name);
}
