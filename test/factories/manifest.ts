import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';

const HASH = 'b'.repeat(64);

/** A dataset of one NSE day without rows worth naming; `overrides` replace single fields. */
export function aManifest(overrides: Partial<DatasetManifest> = {}): DatasetManifest {
  return {
    schema: 1,
    version: '2025-12-04',
    created_at: '2025-12-04T10:30:00.000Z',
    exchanges: ['NSE'],
    window: { from: '2024-12-05', to: '2025-12-04' },
    windows: {},
    feature_set: 'tracker-v2',
    label_set: 'tracker-tb15-v1',
    knowledge_cutoff: '2025-12-04T10:30:00.000Z',
    files: [
      {
        kind: 'features',
        exchange: 'NSE',
        date: '2025-12-04',
        path: 'features/set=tracker-v2/exchange=NSE/date=2025-12-04/b.parquet',
        rows: 330,
        sha256: HASH,
        source_sha256: 'c'.repeat(64),
      },
    ],
    records: { NSE: 330 },
    stats: {
      NSE: {
        days: 1,
        first_date: '2025-12-04',
        last_date: '2025-12-04',
        rows_per_day: { '2025-12-04': 330 },
        completeness: { vix: 0.987654321 },
        label_balance: { sell: 100, hold: 30, buy: 120, unlabelled: 80 },
        session_label_balance: null,
      },
    },
    left_out: [],
    policy: null,
    content_hash: HASH,
    code_version: '0.1.0',
    parent: null,
    origin: 'oi-loop',
    legacy: false,
    ...overrides,
  };
}
