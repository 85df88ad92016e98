import { z } from 'zod';
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
 * One conditional write. `expect_revision` is the revision that was read, null when the row must not exist yet; if it
 * no longer holds, somebody else was first and the whole transaction is a Conflict.
 */
export type RegistryWrite =
  | { readonly put: 'pointer'; readonly value: LivePointer; readonly expect_revision: number | null }
  | { readonly put: 'version'; readonly value: ModelVersion; readonly expect_revision: number }
  | { readonly put: 'history'; readonly value: HistoryRow; readonly expect_revision: null };

/** All writes of a plan go into one transaction. A refusal writes its history row and changes nothing else. */
export type PromotionPlan =
  | {
      readonly kind: 'switch';
      readonly pointer: LivePointer;
      readonly history: HistoryRow;
      readonly writes: readonly RegistryWrite[];
    }
  | {
      readonly kind: 'refused';
      readonly refusal: string;
      readonly history: HistoryRow;
      readonly writes: readonly RegistryWrite[];
    };

/** Who asks for a switch, why, and when (UTC, the caller's clock). */
export interface Request {
  readonly operator: string;
  readonly reason: string;
  readonly now: string;
  /** Execution of the state machine; null outside one. */
  readonly execution: string | null;
}

export function refusedPlan(history: HistoryRow): PromotionPlan {
  const refusal = history.refusal ?? history.reason;
  return {
    kind: 'refused',
    refusal,
    history,
    writes: [{ put: 'history', value: history, expect_revision: null }],
  };
}

/** The switch of the pointer, with both version rows and the history, in one transaction. */
export function switchPlan(
  from: { readonly pointer: LivePointer | null; readonly row: ModelVersion | null },
  to: ModelVersion,
  pointer: LivePointer,
  history: HistoryRow,
): PromotionPlan {
  const writes: RegistryWrite[] = [
    { put: 'pointer', value: pointer, expect_revision: from.pointer?.revision ?? null },
    versionWrite(to, 'live'),
  ];
  if (from.row !== null) writes.push(versionWrite(from.row, 'retired'));
  writes.push({ put: 'history', value: history, expect_revision: null });
  return { kind: 'switch', pointer, history, writes };
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

function versionWrite(row: ModelVersion, status: ModelVersion['status']): RegistryWrite {
  return {
    put: 'version',
    value: { ...row, status, revision: row.revision + 1 },
    expect_revision: row.revision,
  };
}
