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
  risk: 'JSON',
  risk_flags: 'VARCHAR[]',
  hold_reason: 'VARCHAR',
  rationale: 'VARCHAR',
  model_version: 'VARCHAR',
  feature_set: 'VARCHAR',
  dataset_version: 'VARCHAR',
  drivers: 'JSON',
  features_summary: 'JSON',
  given_features: 'JSON',
  given_state: 'JSON',
  input_hash: 'VARCHAR',
  backend: 'VARCHAR',
  backend_fault: 'VARCHAR',
  latency_us: 'BIGINT',
  leaf_hash: 'VARCHAR',
} as const;

/** Columns of `trades`: reports as they were archived. */
export const TRADE_COLUMNS = {
  log_index: 'BIGINT',
  trade_id: 'VARCHAR',
  recommendation_id: 'VARCHAR',
  origin: 'VARCHAR',
  status: 'VARCHAR',
  exchange: 'VARCHAR',
  reason: 'VARCHAR',
  symbol: 'VARCHAR',
  side: 'VARCHAR',
  quantity_lots: 'BIGINT',
  price: 'DOUBLE',
  timestamp: 'TIMESTAMPTZ',
  pnl: 'DOUBLE',
  costs: 'DOUBLE',
  constraint_violation: 'VARCHAR',
  recorded_at: 'TIMESTAMPTZ',
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

/** Columns of `feedback`: operators' own labels, as they were archived. */
export const FEEDBACK_COLUMNS = {
  log_index: 'BIGINT',
  recommendation_id: 'VARCHAR',
  label: 'BIGINT',
  note: 'VARCHAR',
  by: 'VARCHAR',
  recorded_at: 'TIMESTAMPTZ',
  leaf_hash: 'VARCHAR',
} as const;

/** Columns of `controls`: operators' orders to halt and to resume, as they were archived. */
export const CONTROL_COLUMNS = {
  log_index: 'BIGINT',
  action: 'VARCHAR',
  scope: 'VARCHAR',
  operator: 'VARCHAR',
  reason: 'VARCHAR',
  at: 'TIMESTAMPTZ',
  caller: 'VARCHAR',
  revision: 'BIGINT',
  leaf_hash: 'VARCHAR',
} as const;

/** What each view of records shows; a recommendation or trade says its place in the audit log, null before it has one. */
export const RECORD_COLUMNS = {
  recommendations: { ...RECOMMENDATION_COLUMNS, log_index: 'BIGINT' },
  trades: TRADE_COLUMNS,
  outcomes: OUTCOME_COLUMNS,
  feedback: FEEDBACK_COLUMNS,
  controls: CONTROL_COLUMNS,
} as const;
export type RecordView = keyof typeof RECORD_COLUMNS;

/** Whether a view shows records. */
export function isRecordView(view: string): view is RecordView {
  return view in RECORD_COLUMNS;
}

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
