import { complianceClass } from './compliance-class.ts';
import type { Request } from './plan.ts';
import type { HistoryRow, LivePointer, ModelVersion } from './registry.ts';

export interface Declined extends Request {
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  readonly event: 'refused' | 'failed' | 'rejected' | 'expired' | 'superseded';
  /** The live pointer as it stands; null while nothing is live. */
  readonly pointer: LivePointer | null;
  /** The version that was asked for; null for a rollback without one. */
  readonly version: string | null;
  /** Its row; null when there is none of that name. */
  readonly row: ModelVersion | null;
  readonly override: boolean;
  /** Why it did not happen. */
  readonly refusal: string;
}

/** The history row of a promotion or rollback that did not happen: the pointer and its revision stay. */
export function declinedHistory({ pointer, row, ...asked }: Declined): HistoryRow {
  return {
    exchange: asked.exchange,
    target: asked.target,
    event: asked.event,
    from_version: pointer?.version ?? null,
    to_version: asked.version ?? pointer?.previous_version ?? null,
    operator: asked.operator.trim() || 'nobody',
    reason: asked.reason.trim() || 'none given',
    override: asked.override,
    refusal: asked.refusal,
    compliance_class: complianceClass(pointer?.logic_hash ?? null, row?.logic_hash ?? ''),
    verdict_key: row?.verdict_key ?? null,
    verdict_hash: row?.verdict_hash ?? null,
    execution: asked.execution,
    at: asked.now,
    pointer_revision: pointer?.revision ?? 0,
  };
}
