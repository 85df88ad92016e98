import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { PlannedChange } from '../../shared/domain/promotion/plan.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import { planWithdrawal } from '../../shared/domain/promotion/plan-withdrawal.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { messageOf } from './record-refusal.ts';
import type { SwitchPlan } from './verify-promotion.ts';

/** Takes a switch back, if what it made live is still live. */
export interface Undo {
  readonly kind: 'undo';
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  /** The version that the switch made live. */
  readonly version: string;
  readonly operator: string;
  /** What failed after the switch, as the machine heard it: Lambda's JSON, or plain words. */
  readonly cause: string;
  readonly execution: string | null;
}

/** What was switched, and how to take it back. */
export interface Switched {
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  readonly from: string | null;
  /** Null when nothing is live any more. */
  readonly to: string | null;
  readonly compliance_class: HistoryRow['compliance_class'];
  readonly reason: string;
  /** Null after a withdrawal. */
  readonly undo: Undo | null;
}

/**
 * Carries out a planned switch in one transaction that expects the pointer as it was read, or takes one back: to the
 * version before, or to nothing live when there was none.
 * Tried again by the same execution it is done once. @throws Conflict when somebody was faster: of two racing switches
 * exactly one wins.
 */
export function switchPointer({ models, clock }: { models: ModelRegistry; clock: Clock }) {
  return async (plan: SwitchPlan | Undo): Promise<Switched> => {
    const change = plan.kind === 'undo' ? await planUndo(models, plan, utcIso(clock())) : plan.change;
    await applyOnce(models, change);
    return switched(change.history);
  };
}

/** A switch whose answer was lost is tried again by its execution: it finds its own history row, and is done. */
async function applyOnce(models: ModelRegistry, change: PlannedChange): Promise<void> {
  try {
    await models.apply(change);
  } catch (error) {
    if (!(error instanceof Conflict) || !(await isApplied(models, change.history))) throw error;
  }
}

async function isApplied(
  models: ModelRegistry,
  { exchange, target, ...planned }: HistoryRow,
): Promise<boolean> {
  if (planned.execution === null) return false;
  const history = await models.history(exchange, target);
  return history.some(
    ({ execution, event, at, pointer_revision }) =>
      execution === planned.execution &&
      event === planned.event &&
      at === planned.at &&
      pointer_revision === planned.pointer_revision,
  );
}

async function planUndo(models: ModelRegistry, undo: Undo, now: string): Promise<PlannedChange> {
  const { exchange, target, operator, execution } = undo;
  const reason = `confirmation failed: ${messageOf(undo.cause)}`;
  const pointer = (await models.livePointer(exchange, target)) ?? null;
  if (pointer?.version !== undo.version) {
    throw new Conflict(`undo: expected ${undo.version} to be live still, was ${pointer?.version ?? 'none'}`);
  }
  const live = await models.version(exchange, target, pointer.version);
  const asked = { pointer, live, operator, reason, now, execution };
  if (pointer.previous_version === null) return planWithdrawal(asked).change;
  const previous = await models.version(exchange, target, pointer.previous_version);
  // What answered a moment ago returns whatever its verdict: the alternative is a version that does not answer.
  const plan = planRollback({ ...asked, previous, override: true });
  if (plan.kind === 'refused') throw new RejectedInput(plan.refusal, { field: 'version' });
  return plan.change;
}

function switched(history: HistoryRow): Switched {
  const { exchange, target, from_version, to_version, compliance_class, operator, reason, execution } =
    history;
  return {
    exchange,
    target,
    from: from_version,
    to: to_version,
    compliance_class,
    reason,
    undo:
      to_version === null
        ? null
        : { kind: 'undo', exchange, target, version: to_version, operator, cause: '', execution },
  };
}
