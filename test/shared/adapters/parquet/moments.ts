/** Writes two moments to Parquet and reads them in a process whose zone the environment sets; prints what it saw. */
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { contentHash } from '../../../../shared/domain/lake/content-hash.ts';

const values = [Date.UTC(2025, 11, 4, 3, 45), Date.UTC(2025, 11, 4, 18, 30, 0, 1)];
const file = hyparquetCodec.write({ rows: 2, columns: [{ name: 'at', type: 'timestamp', values }] });
const { columns } = await hyparquetCodec.read(file);
const moments = columns[0]?.values.map((ms) => new Date(ms as number).toISOString());
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
process.stdout.write(JSON.stringify({ moments, sha256: contentHash(file), zone }));
