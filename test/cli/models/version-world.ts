import { openOutput } from '../../../cli/output.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import { reportPrefix } from '../../../shared/domain/lake/paths.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { aBundle } from '../../factories/bundle.ts';

/** What a command says to a person. */
export function listening() {
  let text = '';
  const stream = {
    write: (part: string) => {
      text += part;
    },
  } as never;
  return { output: openOutput(false, stream, stream), lines: () => text.trimEnd().split('\n') };
}

const SUMMARY = {
  trades: 120,
  total_return: 0.0123,
  daily_sharpe: 0.21,
  hit_rate: 0.55,
  payoff: 1.1,
  max_drawdown: 0.034,
  f1: 0.6,
  precision_at_top_k: 0.7,
  held_out_ece: 0.021,
  held_out_sessions: ['2025-12-03', '2025-12-04'],
  out_of_sample_sessions: ['2025-12-01', '2025-12-02', '2025-12-03', '2025-12-04'],
};

export const VERDICT = {
  candidate_class: 'refresh',
  baseline_version: '2025-12-01-cccccccc',
  evaluated_at: '2025-12-04T11:00:00.000Z',
  profile: 'standard',
  profile_note: null,
  pass: false,
  failed: ['sharpe'],
  rules: [
    { rule: 'sharpe', pass: false, candidate: 0.21, baseline: 0.3, threshold: 0, why: 'too little' },
    {
      rule: 'export-exact',
      pass: true,
      candidate: 2.2e-16,
      baseline: null,
      threshold: 0.000001,
      why: 'equal',
    },
    { rule: 'feature-parity', pass: null, candidate: null, baseline: null, threshold: null, why: 'no rows' },
  ],
  candidate: SUMMARY,
  baseline: { ...SUMMARY, trades: 100 },
};

export const TRIALS = [0.9, 0.8, 0.85].map((out_of_fold_log_loss, at) => ({
  exchange: 'NSE',
  target: 'tb15',
  family: 'lightgbm',
  configuration_hash: `${at}`.repeat(64),
  parameters: {},
  dataset_version: at === 2 ? '2025-11-01' : '2025-12-04',
  seed: 1,
  out_of_fold_log_loss,
  daily_returns: [0.01, 0.02],
  daily_sharpe: 0.5,
}));

/** Puts a bundle, its verdict and its reports into the lake. @returns its row, as the registry has it then */
export async function storedVersion(
  bucket: ObjectStore,
  change: Partial<ModelVersion> = {},
): Promise<ModelVersion> {
  const { files, row } = aBundle({ 'model.onnx': 'a graph', 'decision.json': { schema: 1 } }, change);
  for (const [path, bytes] of files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
  const prefix = reportPrefix(row.exchange, row.target, row.version);
  const text = JSON.stringify(VERDICT);
  await bucket.put(`${prefix}verdict.json`, text);
  await bucket.put(`${prefix}auto_ml_summary.json`, JSON.stringify({ trials: TRIALS }));
  const [before, after] = [
    { log_loss: 1, ece: 0.05 },
    { log_loss: 0.95, ece: 0.02 },
  ];
  await bucket.put(`${prefix}calibration.json`, JSON.stringify({ kind: 'platt', before, after }));
  return {
    ...row,
    status: 'live',
    verdict_key: `${prefix}verdict.json`,
    verdict_hash: contentHash(text),
    verdict_pass: false,
  };
}
