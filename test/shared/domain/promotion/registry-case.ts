import { nextPointer, type PlannedChange } from '../../../../shared/domain/promotion/plan.ts';
import type { PromotionRequest } from '../../../../shared/domain/promotion/plan-promotion.ts';
import {
  type HistoryRow,
  type LivePointer,
  type ModelVersion,
  modelVersionSchema,
} from '../../../../shared/domain/promotion/registry.ts';

export const NOW = '2026-03-02T12:00:00.000Z';

export function versionRow(digit: string, change: Partial<ModelVersion> = {}): ModelVersion {
  return modelVersionSchema.parse({
    exchange: 'NSE',
    target: 'tb15',
    version: `2026-03-02-${digit.repeat(8)}`,
    status: 'approved',
    bundle_hash: digit.repeat(64),
    bundle_prefix: `models/NSE/tb15/2026-03-02-${digit.repeat(8)}/`,
    logic_hash: 'f'.repeat(64),
    family: 'lightgbm',
    feature_set: 'tracker-v2',
    dataset_version: '2026-03-02',
    dataset_hash: 'e'.repeat(64),
    code_version: 'abc1234',
    training_cutoff: '2026-02-13T10:00:00.000Z',
    exploratory: false,
    verdict_key: 'reports/verdict.json',
    verdict_hash: 'd'.repeat(64),
    verdict_pass: true,
    created_at: NOW,
    revision: 1,
    ...change,
  });
}

export function passing(row: ModelVersion) {
  const { exchange, target, version, bundle_hash } = row;
  return { exchange, target, version, bundle_hash, pass: true, failed: [] as string[] };
}

export function request(
  candidate: ModelVersion,
  live: ModelVersion | null,
  change: Partial<PromotionRequest> = {},
): PromotionRequest {
  return {
    pointer: live === null ? null : nextPointer(null, live, NOW),
    live,
    candidate,
    verdict: passing(candidate),
    operator: 'asha',
    reason: 'better calibrated',
    override: false,
    now: NOW,
    execution: 'promotion:1',
    ...change,
  };
}

/** A registry in memory that applies a plan all or not at all, as the table's transaction does. */
export class MemoryRegistry {
  pointer: LivePointer | null = null;
  readonly versions = new Map<string, ModelVersion>();
  readonly history: HistoryRow[] = [];

  commit({ versions, pointer, history }: PlannedChange): boolean {
    const follows = (next: number, stored: number | undefined) => next === (stored ?? 0) + 1;
    if (pointer !== undefined && !follows(pointer.revision, this.pointer?.revision)) return false;
    if (!versions.every((row) => follows(row.revision, this.versions.get(row.version)?.revision)))
      return false;
    if (pointer !== undefined) this.pointer = pointer;
    for (const row of versions) this.versions.set(row.version, row);
    this.history.push(history);
    return true;
  }
}
