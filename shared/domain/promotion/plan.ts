import * as z from 'zod';
import type { HistoryRow, LivePointer, ModelVersion } from './registry.ts';

/** What of a verdict a promotion needs; parse the stored verdict with it. */
export const verdictBindingSchema = z.object({
  exchange: z.string(),
  target: z.string(),
  version: z.string(),
  bundle_hash: z.string(),
  pass: z.boolean(),
  failed: z.array(z.string()),
});
export type VerdictBinding = z.infer<typeof verdictBindingSchema>;

/**
 * What a plan writes, all in one transaction: every row and the pointer carry the revision after the one that was
 * read, and expect it to be one less; if that no longer holds, somebody else was first and nothing is written.
 */
export interface PlannedChange {
  readonly versions: readonly ModelVersion[];
  /** Absent in a refusal and in a withdrawal. */
  readonly pointer?: LivePointer;
  /** The pointer that is taken away, as it was read; only in a withdrawal. */
  readonly withdrawn?: LivePointer;
  readonly history: HistoryRow;
}

/** A refusal writes its history row and changes nothing else. */
export type PromotionPlan =
  | { readonly kind: 'switch'; readonly pointer: LivePointer; readonly change: PlannedChange }
  | { readonly kind: 'refused'; readonly refusal: string; readonly change: PlannedChange };

/** Who asks for a switch, why, and when (UTC, the caller's clock). */
export interface Request {
  readonly operator: string;
  readonly reason: string;
  readonly now: string;
  /** Execution of the state machine; null outside one. */
  readonly execution: string | null;
}

export function refusedPlan(history: HistoryRow): PromotionPlan {
  return { kind: 'refused', refusal: history.refusal ?? history.reason, change: { versions: [], history } };
}

/** The switch of the pointer, with both version rows and the history. `from` is null while nothing is live. */
export function switchPlan(
  from: ModelVersion | null,
  to: ModelVersion,
  pointer: LivePointer,
  history: HistoryRow,
): PromotionPlan {
  const versions = [withStatus(to, 'live')];
  if (from !== null) versions.push(withStatus(from, 'retired'));
  return { kind: 'switch', pointer, change: { versions, pointer, history } };
}

/** The pointer to a version, one revision after the one it replaces. */
export function nextPointer(current: LivePointer | null, to: ModelVersion, now: string): LivePointer {
  return {
    exchange: to.exchange,
    target: to.target,
    version: to.version,
    bundle_hash: to.bundle_hash,
    bundle_prefix: to.bundle_prefix,
    logic_hash: to.logic_hash,
    previous_version: current?.version ?? null,
    since: now,
    revision: (current?.revision ?? 0) + 1,
  };
}

/** The row with another status, one revision on. */
export function withStatus(row: ModelVersion, status: ModelVersion['status']): ModelVersion {
  return { ...row, status, revision: row.revision + 1 };
}
