import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';

/** The dataset of the candidates that these tests judge: one file of features a day. */
export function evaluatedManifest(days: readonly string[]): DatasetManifest {
  return {
    schema: 1,
    version: '2025-12-03',
    created_at: '2025-12-03T10:30:00.000Z',
    exchanges: ['NSE'],
    window: { from: '2024-12-04', to: '2025-12-03' },
    windows: {},
    feature_set: 'tracker-v2',
    label_set: 'barriers-v1',
    knowledge_cutoff: '2025-12-03T10:30:00.000Z',
    files: days.map((date) => ({
      ...{ kind: 'features', exchange: 'NSE', date, path: `features/${date}.parquet`, rows: 360 },
      sha256: 'a'.repeat(64),
      source_sha256: null,
    })),
    records: { NSE: 2160 },
    stats: {
      NSE: {
        ...{ days: 11, first_date: '2025-11-10', last_date: '2025-12-03', rows_per_day: {} },
        completeness: { vix: 0.99 },
        label_balance: { sell: 1, hold: 1, buy: 1, unlabelled: 0 },
        session_label_balance: null,
      },
    },
    content_hash: 'b'.repeat(64),
    code_version: '1.0.0',
    parent: null,
    left_out: [],
    policy: null,
    origin: 'oi-loop',
    legacy: false,
  };
}
