import type { BatchRow, DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { HistoryRow, LivePointer, ModelVersion } from '../../shared/domain/promotion/registry.ts';

const HASH = 'a'.repeat(64);
const NOW = '2025-12-04T07:05:00.000Z';

export function aBatchRow(overrides: Partial<BatchRow> = {}): BatchRow {
  return {
    batch_id: '20251204T070500Z-aaaaaaaaaaaaaaaa',
    exchange: 'NSE',
    date: '2025-12-04',
    path: 'raw/exchange=NSE/date=2025-12-04/20251204T070500Z-aaaaaaaaaaaaaaaa.parquet',
    records: 22,
    snapshots: 1,
    bytes: 9_000,
    sha256: HASH,
    first_timestamp: NOW,
    last_timestamp: NOW,
    first_received_at: NOW,
    last_received_at: NOW,
    first_recorded_at: NOW,
    last_recorded_at: NOW,
    recorded_at: NOW,
    ...overrides,
  };
}

export function aDayFileRow(overrides: Partial<DayFileRow> = {}): DayFileRow {
  return {
    kind: 'chain',
    set: 'chain',
    exchange: 'NSE',
    date: '2025-12-04',
    path: 'chain/exchange=NSE/date=2025-12-04/aaaaaaaaaaaaaaaa.parquet',
    rows: 22,
    sha256: HASH,
    source_sha256: null,
    last_recorded_at: NOW,
    created_at: NOW,
    batch_ids: ['20251204T070500Z-aaaaaaaaaaaaaaaa'],
    parity: null,
    revision: 1,
    ...overrides,
  };
}

export function aModelVersion(overrides: Partial<ModelVersion> = {}): ModelVersion {
  const version = overrides.version ?? '2025-12-04-aaaaaaaa';
  return {
    exchange: 'NSE',
    target: 'tb15',
    version,
    status: 'candidate',
    bundle_hash: HASH,
    bundle_prefix: `models/NSE/tb15/${version}/`,
    logic_hash: HASH,
    family: 'lightgbm',
    feature_set: 'tracker-v2',
    dataset_version: '2025-12-04',
    dataset_hash: HASH,
    code_version: '0.1.0',
    training_cutoff: NOW,
    exploratory: false,
    verdict_key: null,
    verdict_hash: null,
    verdict_pass: null,
    created_at: NOW,
    revision: 0,
    ...overrides,
  };
}

export function aLivePointer(overrides: Partial<LivePointer> = {}): LivePointer {
  const version = overrides.version ?? '2025-12-04-aaaaaaaa';
  return {
    exchange: 'NSE',
    target: 'tb15',
    version,
    bundle_hash: HASH,
    bundle_prefix: `models/NSE/tb15/${version}/`,
    logic_hash: HASH,
    previous_version: null,
    since: NOW,
    revision: 1,
    ...overrides,
  };
}

export function aHistoryRow(overrides: Partial<HistoryRow> = {}): HistoryRow {
  return {
    exchange: 'NSE',
    target: 'tb15',
    event: 'promoted',
    from_version: null,
    to_version: '2025-12-04-aaaaaaaa',
    operator: 'asha',
    reason: 'better',
    override: false,
    refusal: null,
    compliance_class: 'logic',
    verdict_key: null,
    verdict_hash: null,
    execution: null,
    at: NOW,
    pointer_revision: 1,
    ...overrides,
  };
}
