import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { PlannedChange } from '../../shared/domain/promotion/plan.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { messageOf } from './record-refusal.ts';
import { planTakeBack } from './take-back.ts';
import type { VerifiedPlan } from './verify-promotion.ts';

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
  return async (plan: VerifiedPlan | Undo): Promise<Switched> => {
    if (plan.kind === 'undo') return switched(await undo(models, plan, utcIso(clock())));
    await models.apply(plan.change);
    return switched(plan.change.history);
  };
}

/**
 * Takes a switch back. Tried again it is planned anew, and finds that what it took back is gone: then its own history row
 * says that it was it that did so.
 */
async function undo(models: ModelRegistry, plan: Undo, now: string): Promise<HistoryRow> {
  try {
    const change = await planUndo(models, plan, now);
    await models.apply(change);
    return change.history;
  } catch (error) {
    const done = error instanceof Conflict ? await undone(models, plan) : undefined;
    if (done === undefined) throw error;
    return done;
  }
}

async function undone(models: ModelRegistry, { exchange, target, execution }: Undo) {
  if (execution === null) return undefined;
  const history = await models.history(exchange, target);
  return history.find((row) => row.execution === execution);
}

async function planUndo(models: ModelRegistry, undo: Undo, now: string): Promise<PlannedChange> {
  const plan = await planTakeBack(models, {
    ...undo,
    reason: `confirmation failed: ${messageOf(undo.cause)}`,
    now,
  });
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
        : // An execution writes one event of a kind: what takes a rollback back is a rollback again.
          {
            ...{ kind: 'undo', exchange, target, version: to_version, operator, cause: '' },
            execution: execution === null ? null : `${execution}:undo`,
          },
  };
}
