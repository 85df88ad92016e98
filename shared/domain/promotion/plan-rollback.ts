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
  /** Return to a version without a passing verdict; recorded loudly. */
  readonly override: boolean;
}

/**
 * The same move backwards: the pointer returns to the version before. Rolling back twice is back where it was.
 * Refused when no version was live before, nobody says who and why, or that version has no passing verdict (it was live
 * by an override then, and needs one now). Throws NotFound while nothing is live.
 */
export function planRollback(request: RollbackRequest): PromotionPlan {
  const { pointer, live, previous, now } = request;
  if (pointer === null || live === null) throw new NotFound('rollback: expected a live version, was none');
  const againstGate = refusalByVerdict(previous);
  const refusal = refusalOf(request, pointer) ?? (request.override ? null : againstGate);
  const history = historyRow(request, pointer, refusal, refusal === null && againstGate !== null);
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

/** What the row says of the verdict is enough: the promotion that first made the version live read the verdict itself. */
function refusalByVerdict(previous: ModelVersion | null): string | null {
  if (previous === null || previous.verdict_pass === true) return null;
  const { version, verdict_pass } = previous;
  const why =
    verdict_pass === null ? `version ${version} has no verdict` : `the gate refused version ${version}`;
  return `${why}, so that returning to it needs an override`;
}

function historyRow(
  request: RollbackRequest,
  pointer: LivePointer,
  refusal: string | null,
  override: boolean,
): HistoryRow {
  const { previous } = request;
  return {
    exchange: pointer.exchange,
    target: pointer.target,
    event: refusal === null ? 'rolled_back' : 'refused',
    from_version: pointer.version,
    to_version: pointer.previous_version ?? pointer.version,
    operator: request.operator.trim() || 'nobody',
    reason: request.reason.trim() || 'none given',
    override,
    refusal,
    compliance_class: complianceClass(pointer.logic_hash, previous?.logic_hash ?? pointer.logic_hash),
    verdict_key: previous?.verdict_key ?? null,
    verdict_hash: previous?.verdict_hash ?? null,
    execution: request.execution,
    at: request.now,
    pointer_revision: refusal === null ? pointer.revision + 1 : pointer.revision,
  };
}
