import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlDatabase } from '../../shared/ports/sql-database.ts';
import { literal } from './view-statements.ts';

/** Columns of `recommendations`: the record's own names (contracts, Recommendation), nested ones as JSON. */
export const RECOMMENDATION_COLUMNS = {
  id: 'VARCHAR',
  timestamp: 'TIMESTAMPTZ',
  received_at: 'TIMESTAMPTZ',
  recorded_at: 'TIMESTAMPTZ',
  exchange: 'VARCHAR',
  target: 'VARCHAR',
  symbol: 'VARCHAR',
  action: 'VARCHAR',
  confidence: 'DOUBLE',
  probabilities: 'STRUCT(sell DOUBLE, hold DOUBLE, buy DOUBLE)',
  regime: 'BIGINT',
  regime_probabilities: 'DOUBLE[]',
  kelly_fraction: 'DOUBLE',
  kelly_full: 'DOUBLE',
  recommended_lots: 'BIGINT',
  execute: 'BOOLEAN',
  risk_flags: 'VARCHAR[]',
  hold_reason: 'VARCHAR',
  rationale: 'VARCHAR',
  model_version: 'VARCHAR',
  feature_set: 'VARCHAR',
  dataset_version: 'VARCHAR',
  drivers: 'JSON',
  features_summary: 'JSON',
  input_hash: 'VARCHAR',
  latency_us: 'BIGINT',
  leaf_hash: 'VARCHAR',
} as const;

/** Columns of `outcomes`. */
export const OUTCOME_COLUMNS = {
  recommendation_id: 'VARCHAR',
  exchange: 'VARCHAR',
  horizon: 'BIGINT',
  status: 'VARCHAR',
  reason: 'VARCHAR',
  realised_return: 'DOUBLE',
  realised_direction: 'BIGINT',
  correct: 'BOOLEAN',
  trade_pnl: 'DOUBLE',
  trade_id: 'VARCHAR',
  exposure_inverted: 'BOOLEAN',
  model_version: 'VARCHAR',
  resolved_at: 'TIMESTAMPTZ',
} as const;

/** Makes a table of records, which need not be there; a field that a record does not have is missing. */
export async function recordTable(
  database: SqlDatabase,
  folder: string,
  name: string,
  columns: Readonly<Record<string, string>>,
  records: readonly object[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${randomUUID()}.jsonl`);
  const types = Object.entries(columns).map(([column, type]) => `"${column}": ${literal(type)}`);
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  try {
    await database.query(`CREATE OR REPLACE TABLE ${name} AS SELECT * FROM read_json(${literal(file)},
      format = 'newline_delimited', columns = {${types.join(', ')}})`);
  } finally {
    await rm(file);
  }
}
