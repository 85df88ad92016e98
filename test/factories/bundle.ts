import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { bundleHash, bundleSchema, bundleVersion, sha256Hex } from '../../shared/domain/training/bundle.ts';

const encode = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** A bundle's files with a table of contents that states their hashes, and its row in the registry. */
export function aBundle(
  contents: Readonly<Record<string, unknown>>,
  change: Partial<ModelVersion> = {},
): { files: Map<string, Uint8Array>; row: ModelVersion } {
  const files = new Map(Object.entries(contents).map(([path, value]) => [path, encode(value)]));
  const hashes = Object.fromEntries([...files].map(([path, bytes]) => [path, sha256Hex(bytes)]));
  const bundle_hash = bundleHash(hashes);
  const dataset_version = change.dataset_version ?? '2025-12-03';
  const version = change.version ?? bundleVersion(dataset_version, bundle_hash);
  const row: ModelVersion = {
    exchange: 'NSE',
    target: 'tb15',
    version,
    status: 'candidate',
    bundle_hash,
    bundle_prefix: `models/NSE/tb15/${version}/`,
    logic_hash: 'f'.repeat(64),
    family: 'lightgbm',
    feature_set: 'tracker-v2',
    dataset_version,
    dataset_hash: 'e'.repeat(64),
    code_version: '1.0.0',
    training_cutoff: '2025-11-20T18:29:00.000Z',
    exploratory: false,
    verdict_key: null,
    verdict_hash: null,
    verdict_pass: null,
    created_at: '2025-12-03T10:30:00.000Z',
    revision: 0,
    ...change,
  };
  files.set('bundle.json', encode(tableOfContents(row, hashes)));
  return { files, row };
}

function tableOfContents(row: ModelVersion, files: Record<string, string>) {
  const { exchange, target, version, bundle_hash, logic_hash, family, feature_set } = row;
  return bundleSchema.parse({
    schema: 1,
    ...{ exchange, target, version, bundle_hash, logic_hash, family, feature_set },
    feature_names: ['vix'],
    class_order: ['SELL', 'HOLD', 'BUY'],
    regime_inputs: ['vix'],
    regime_states: 2,
    dataset_version: row.dataset_version,
    dataset_hash: row.dataset_hash,
    code_version: row.code_version,
    seed: 1,
    parameters: {},
    rounds: 10,
    exploratory: row.exploratory,
    trained_through: row.training_cutoff.slice(0, 10),
    holdout_sessions: [],
    created_at: row.created_at,
    files,
  });
}
