/** Writes two moments to Parquet and reads them in a process whose zone the environment sets; prints what it saw. */
import { type ParquetWriterName, tableCodec } from '../../shared/adapters/parquet/table-codec.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { openDuckdbFile } from './duckdb-file.ts';

const codec = tableCodec(process.argv[2] as ParquetWriterName);
const values = [Date.UTC(2025, 11, 4, 3, 45), Date.UTC(2025, 11, 4, 18, 30, 0, 1)];
const file = await codec.write({ rows: 2, columns: [{ name: 'at', type: 'timestamp', values }] });
const iso = (ms: unknown) => new Date(ms as number).toISOString();

const duckdb = await openDuckdbFile();
duckdb.put(file);
const seen = {
  moments: (await codec.read(file)).columns[0]?.values.map(iso),
  duckdb: (await duckdb.table()).columns[0]?.values.map(iso),
  texts: (await duckdb.query('SELECT "at" FROM $file')).flat(),
  sha256: contentHash(file),
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};
duckdb.close();
process.stdout.write(JSON.stringify(seen));
