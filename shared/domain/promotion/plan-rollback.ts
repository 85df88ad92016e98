import { NotFound } from '../../errors.ts';
import { complianceClass } from './compliance-class.ts';
import { nextPointer, type PromotionPlan, type Request, refusedPlan, switchPlan } from './plan.ts';
import type { HistoryRow, LivePointer, ModelVersion } from './registry.ts';

export interface RollbackRequest extends Request {
  /** The live pointer as it was read; null while nothing is live. */
  readonly pointer: LivePointer | null;
  /** The version row of what is live. */
  readonly live: ModelVersion | null;
  /** The version row that `pointer.previous_version` names; null when there is none. */
  readonly previous: ModelVersion | null;
}

/**
 * The same move backwards: the pointer returns to the version before. Rolling back twice is back where it was.
 * Refused when no version was live before, or nobody says who and why. Throws NotFound while nothing is live.
 */
export function planRollback(request: RollbackRequest): PromotionPlan {
  const { pointer, live, previous, now } = request;
  if (pointer === null || live === null) throw new NotFound('rollback: expected a live version, was none');
  const refusal = refusalOf(request, pointer);
  const history = historyRow(request, pointer, previous, refusal);
  if (refusal !== null || previous === null) return refusedPlan(history);
  return switchPlan(live, previous, nextPointer(pointer, previous, now), history);
}

function refusalOf({ operator, reason, previous }: RollbackRequest, pointer: LivePointer): string | null {
  if (operator.trim() === '') return 'expected the name of an operator, was empty';
  if (reason.trim() === '') return 'expected a reason, was empty';
  if (pointer.previous_version === null) return `no version was live before ${pointer.version}`;
  if (previous?.version !== pointer.previous_version) {
    return `expected the row of version ${pointer.previous_version}, was ${previous?.version ?? 'none'}`;
  }
  return null;
}

function historyRow(
  request: RollbackRequest,
  pointer: LivePointer,
  previous: ModelVersion | null,
  refusal: string | null,
): HistoryRow {
  return {
    exchange: pointer.exchange,
    target: pointer.target,
    event: refusal === null ? 'rolled_back' : 'refused',
    from_version: pointer.version,
    to_version: pointer.previous_version ?? pointer.version,
    operator: request.operator.trim() || 'nobody',
    reason: request.reason.trim() || 'none given',
    override: false,
    refusal,
    compliance_class: complianceClass(pointer.logic_hash, previous?.logic_hash ?? pointer.logic_hash),
    verdict_key: previous?.verdict_key ?? null,
    verdict_hash: previous?.verdict_hash ?? null,
    execution: request.execution,
    at: request.now,
    pointer_revision: refusal === null ? pointer.revision + 1 : pointer.revision,
  };
}
