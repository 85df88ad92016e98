import type { HistoryRow, LivePointer, ModelVersion } from './registry.ts';

/** The registry of one exchange and target, as it stands. */
export interface RegistryPart {
  readonly exchange: string;
  readonly target: string;
  readonly live: LivePointer | undefined;
  /** Newest first. */
  readonly versions: readonly ModelVersion[];
  /** Oldest first. */
  readonly history: readonly HistoryRow[];
}

/**
 * What `registry.yml` says: exchange, target, what is live there, and every version. Plain values in a fixed order: the
 * same registry gives the same text. Parts without versions are left out.
 */
export function registryDocument(parts: readonly RegistryPart[]): Record<string, Record<string, object>> {
  const document: Record<string, Record<string, object>> = {};
  for (const { exchange, target, live, versions } of parts) {
    if (versions.length === 0) continue;
    document[exchange] ??= {};
    document[exchange][target] = { live: liveOf(live), versions: versions.map(versionOf) };
  }
  return document;
}

function liveOf(live: LivePointer | undefined) {
  if (live === undefined) return null;
  const { version, since, previous_version, revision } = live;
  return { version, since, previous_version, revision };
}

function versionOf(row: ModelVersion) {
  const { version, status, family, feature_set, exploratory, distilled_of, imported_by } = row;
  const { verdict_pass, verdict_key, verdict_hash } = row;
  return {
    ...{ version, status, family, feature_set },
    ...(exploratory && { exploratory }),
    ...(distilled_of && { distilled_of }),
    ...(imported_by && { imported_by }),
    ...(row.backend === 'sagemaker' && { backend: row.backend, endpoint: row.endpoint }),
    dataset: { version: row.dataset_version, content_hash: row.dataset_hash },
    code_version: row.code_version,
    learnt_through: row.training_cutoff,
    made: row.created_at,
    bundle: { prefix: row.bundle_prefix, hash: row.bundle_hash, logic_hash: row.logic_hash },
    verdict: verdict_key === null ? null : { pass: verdict_pass, key: verdict_key, sha256: verdict_hash },
  };
}

/**
 * What `deployments.log` says: one line an event, oldest first; texts that a person wrote are JSON strings, so that a line
 * stays one. No events: an empty text.
 * Example: `2025-12-04T07:05:00.000Z NSE tb15 promoted from=- to=2025-12-04-aaaaaaaa class=logic operator="asha" reason="better"`.
 */
export function deploymentsLog(parts: readonly RegistryPart[]): string {
  const rows = parts.flatMap(({ history }) => history);
  // Of equal times the order within a part stays.
  const sorted = rows.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return sorted.map((row) => `${lineOf(row)}\n`).join('');
}

function lineOf(row: HistoryRow): string {
  return [
    ...[row.at, row.exchange, row.target, row.event],
    ...(row.override ? ['OVERRIDE'] : []),
    `from=${row.from_version ?? '-'}`,
    `to=${row.to_version ?? '-'}`,
    ...(row.backend === undefined ? [] : [`backend=${row.backend}`]),
    ...(row.endpoint === undefined ? [] : [`endpoint=${row.endpoint}`]),
    `class=${row.compliance_class}`,
    `operator=${JSON.stringify(row.operator)}`,
    `reason=${JSON.stringify(row.reason)}`,
    ...(row.refusal === null ? [] : [`refusal=${JSON.stringify(row.refusal)}`]),
    ...(row.verdict_hash === null ? [] : [`verdict=${row.verdict_hash.slice(0, 16)}`]),
    ...(row.execution === null ? [] : [`execution=${row.execution}`]),
  ].join(' ');
}
