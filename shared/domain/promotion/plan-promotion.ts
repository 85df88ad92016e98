import { InvariantViolated } from '../../errors.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { complianceClass } from './compliance-class.ts';
import {
  nextPointer,
  type PromotionPlan,
  type Request,
  refusedPlan,
  switchPlan,
  type VerdictBinding,
} from './plan.ts';
import type { HistoryRow, LivePointer, ModelVersion } from './registry.ts';

export interface PromotionRequest extends Request {
  /** The live pointer as it was read; null while nothing is live. */
  readonly pointer: LivePointer | null;
  /** The version row of what is live; null while nothing is live. */
  readonly live: ModelVersion | null;
  readonly candidate: ModelVersion;
  /** The stored verdict on the candidate; null when it was never evaluated. */
  readonly verdict: VerdictBinding | null;
  /** Go against a missing or failing verdict; needs a reason and is recorded loudly. */
  readonly override: boolean;
}

/**
 * Decides whether a candidate becomes live, and which conditional writes make it so. Changes nothing itself.
 * Refused: already live, a target that scoring does not serve, no operator or reason, or no passing verdict bound to this very bundle without `override`.
 * Throws InvariantViolated when pointer, live row and candidate do not belong together.
 * Example: `planPromotion({...}).kind` is `switch` for an approved candidate.
 */
export function planPromotion(request: PromotionRequest): PromotionPlan {
  assertTogether(request);
  const { pointer, live, candidate, now } = request;
  const verdictRefusal = refusalByVerdict(request);
  const refusal = refusalByState(request) ?? (request.override ? null : verdictRefusal);
  if (refusal !== null) return refusedPlan(historyRow(request, refusal, false));
  return switchPlan(
    live,
    candidate,
    nextPointer(pointer, candidate, now),
    historyRow(request, null, verdictRefusal !== null),
  );
}

function refusalByState({ pointer, candidate, operator, reason }: PromotionRequest): string | null {
  if (operator.trim() === '') return 'expected the name of an operator, was empty';
  if (reason.trim() === '') return 'expected a reason, was empty';
  if (pointer?.version === candidate.version) return `version ${candidate.version} is already live`;
  if (candidate.target !== PRODUCTION_TARGET) {
    return `target ${candidate.target} is research: scoring serves ${PRODUCTION_TARGET} only, so a model of it would answer nobody`;
  }
  return null;
}

function refusalByVerdict({ candidate, verdict }: PromotionRequest): string | null {
  const { version } = candidate;
  if (verdict === null) return `version ${version} has no verdict; evaluate it first`;
  if (verdict.bundle_hash !== candidate.bundle_hash) {
    return `the verdict is on bundle ${verdict.bundle_hash.slice(0, 8)}, version ${version} is ${candidate.bundle_hash.slice(0, 8)}`;
  }
  if (!verdict.pass) return `the gate refused version ${version}: ${verdict.failed.join(', ')}`;
  // It passed, so that it was a person who turned it down.
  if (candidate.status === 'rejected') return `an operator rejected version ${version}`;
  return null;
}

function historyRow(request: PromotionRequest, refusal: string | null, override: boolean): HistoryRow {
  const { pointer, candidate } = request;
  const revision = pointer?.revision ?? 0;
  return {
    exchange: candidate.exchange,
    target: candidate.target,
    event: refusal === null ? 'promoted' : 'refused',
    from_version: pointer?.version ?? null,
    to_version: candidate.version,
    operator: request.operator.trim() || 'nobody',
    reason: request.reason.trim() || 'none given',
    override,
    refusal,
    compliance_class: complianceClass(pointer?.logic_hash ?? null, candidate.logic_hash),
    verdict_key: candidate.verdict_key,
    verdict_hash: candidate.verdict_hash,
    execution: request.execution,
    at: request.now,
    pointer_revision: refusal === null ? revision + 1 : revision,
  };
}

function assertTogether({ pointer, live, candidate }: PromotionRequest): void {
  if ((pointer?.version ?? null) !== (live?.version ?? null)) {
    throw new InvariantViolated(
      `live version row: expected ${pointer?.version ?? 'none'} as the pointer says, was ${live?.version ?? 'none'}`,
    );
  }
  if (pointer !== null && (pointer.exchange !== candidate.exchange || pointer.target !== candidate.target)) {
    throw new InvariantViolated(
      `candidate: expected ${pointer.exchange} ${pointer.target}, was ${candidate.exchange} ${candidate.target}`,
    );
  }
}
