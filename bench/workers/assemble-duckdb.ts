// The peer, in a process of its own: the same files joined, summed up and fetched by DuckDB. It proves no hashes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { type DatasetLake, LAKE_CONTENTS } from '../parts/dataset-lake.ts';

const folder = process.argv[2]!;
const days: DatasetLake = JSON.parse(readFileSync(join(folder, LAKE_CONTENTS), 'utf8'));
const names = featureNames(TRACKER_V2);

const files = (kind: string, exchange: Exchange) => {
  const rows = days.filter((row) => row.kind === kind && row.exchange === exchange);
  return `read_parquet([${rows.map(({ path }) => `'${join(folder, path)}'`).join(', ')}])`;
};
const joined = (exchange: Exchange) =>
  `${files('features', exchange)} f LEFT JOIN ${files('labels', exchange)} l ON f.timestamp = l.timestamp`;

/** Rows, present cells of each feature, and rows per target. */
async function statsOf(connection: DuckDBConnection, exchange: Exchange): Promise<number> {
  const counts = names.map((name) => `count(f."${name}")`).join(', ');
  const targets = [-1, 0, 1].map((target) => `count(*) FILTER (l.target = ${target})`).join(', ');
  const perDay = `SELECT f.timestamp::DATE, count(*), ${counts}, ${targets} FROM ${joined(exchange)} GROUP BY 1`;
  const rows = (await connection.runAndReadAll(perDay)).getRows();
  const total = (at: number) => rows.reduce((sum, row) => sum + Number(row[at]), 0);
  return names.reduce((sum, _, at) => sum + total(2 + at) / total(1), 0) / names.length;
}

/** The row-major matrix of an exchange by time, with prices and targets. */
async function matrixOf(connection: DuckDBConnection, exchange: Exchange, rows: number) {
  const columns = [...names.map((name) => `f."${name}"`), 'f.underlying_price'].join(', ');
  const labels = 'l.target::DOUBLE, l.minutes_to_hit::DOUBLE, epoch_ms(f.timestamp)::DOUBLE';
  const sql = `SELECT ${columns}, ${labels} FROM ${joined(exchange)} ORDER BY f.timestamp`;
  const width = names.length;
  const matrix = new Float64Array(rows * width);
  const beside = Array.from({ length: 4 }, () => new Float64Array(rows));
  let filled = 0;
  for await (const chunk of await connection.stream(sql)) {
    for (let at = 0; at < width + beside.length; at++) {
      const vector = chunk.getColumnVector(at);
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = (vector.getItem(row) as number | null) ?? Number.NaN;
        if (at < width) matrix[(filled + row) * width + at] = value;
        else beside[at - width]![filled + row] = value;
      }
    }
    filled += chunk.rowCount;
  }
  return { matrix, beside, filled };
}

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");
const startCpu = process.cpuUsage();
const startMs = performance.now();
let present = 0;
const matrices = [];
for (const exchange of EXCHANGES) {
  present += (await statsOf(connection, exchange)) / EXCHANGES.length;
  const rows = days
    .filter((row) => row.kind === 'features' && row.exchange === exchange)
    .reduce((sum, row) => sum + row.rows, 0);
  matrices.push(await matrixOf(connection, exchange, rows));
}
const endMs = performance.now();
const { user, system } = process.cpuUsage(startCpu);
console.log(
  JSON.stringify({
    seconds: (endMs - startMs) / 1000,
    cpu_s: (user + system) / 1e6,
    rows: matrices.reduce((sum, { filled }) => sum + filled, 0),
    present,
    peak_mb: process.resourceUsage().maxRSS / 1024,
  }),
);
