import { NotFound } from '../../errors.ts';
import { type PlannedChange, type Request, withStatus } from './plan.ts';
import type { LivePointer, ModelVersion } from './registry.ts';

export interface WithdrawalRequest extends Request {
  /** The live pointer as it was read; null while nothing is live. */
  readonly pointer: LivePointer | null;
  /** The version row of what is live. */
  readonly live: ModelVersion | null;
}

/** A pointer that goes away: afterwards nothing is live, and scoring answers HOLD. */
export interface WithdrawalPlan {
  readonly kind: 'withdrawal';
  readonly change: PlannedChange;
}

/**
 * Takes the only version that was ever live out of service: there is none to return to, so nothing is live afterwards.
 * The next promotion is a first one again. Throws NotFound while nothing is live.
 * Example: `planWithdrawal({...}).change.withdrawn` is the pointer as it was read.
 */
export function planWithdrawal({ pointer, live, ...asked }: WithdrawalRequest): WithdrawalPlan {
  if (pointer === null || live === null) throw new NotFound('withdrawal: expected a live version, was none');
  const { exchange, target, version, revision } = pointer;
  return {
    kind: 'withdrawal',
    change: {
      versions: [withStatus(live, 'retired')],
      withdrawn: pointer,
      history: {
        exchange,
        target,
        event: 'withdrawn',
        from_version: version,
        to_version: null,
        operator: asked.operator.trim() || 'nobody',
        reason: asked.reason.trim() || 'none given',
        override: false,
        refusal: null,
        compliance_class: 'logic',
        verdict_key: live.verdict_key,
        verdict_hash: live.verdict_hash,
        execution: asked.execution,
        at: asked.now,
        pointer_revision: revision + 1,
      },
    },
  };
}
