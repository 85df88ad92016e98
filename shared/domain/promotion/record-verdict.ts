import { Conflict, InvariantViolated } from '../../errors.ts';
import type { VerdictBinding } from './plan.ts';
import type { ModelVersion } from './registry.ts';

/**
 * The version row after its evaluation: `approved` or `rejected`, with where the verdict lies and its SHA-256.
 * A live or retired version keeps its status. Write it expecting `row.revision`.
 * Throws InvariantViolated for a verdict on another bundle, Conflict for a second, different verdict on a live version.
 */
export function recordVerdict(
  row: ModelVersion,
  verdict: VerdictBinding,
  stored: { readonly key: string; readonly sha256: string },
): ModelVersion {
  if (verdict.bundle_hash !== row.bundle_hash) {
    throw new InvariantViolated(`verdict: expected bundle ${row.bundle_hash}, was ${verdict.bundle_hash}`);
  }
  const deployed = row.status === 'live' || row.status === 'retired';
  if (deployed && row.verdict_hash !== null && row.verdict_hash !== stored.sha256) {
    throw new Conflict(
      `verdict of ${row.version}: expected none after it was ${row.status}, was a different one`,
    );
  }
  return {
    ...row,
    status: deployed ? row.status : verdict.pass ? 'approved' : 'rejected',
    verdict_key: stored.key,
    verdict_hash: stored.sha256,
    verdict_pass: verdict.pass,
    revision: row.revision + 1,
  };
}
