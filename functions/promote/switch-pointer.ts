import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { SwitchPlan } from './verify-promotion.ts';

/** Takes a switch back, if what it made live is still live. */
export interface Undo {
  readonly kind: 'undo';
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  /** The version that the switch made live. */
  readonly version: string;
  readonly operator: string;
  readonly reason: string;
  readonly execution: string | null;
}

/** What was switched, and how to take it back. */
export interface Switched {
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  readonly from: string | null;
  readonly to: string;
  readonly compliance_class: HistoryRow['compliance_class'];
  readonly undo: Undo;
}

/**
 * Carries out a planned switch in one transaction that expects the pointer as it was read, or takes one back.
 * @throws Conflict when somebody was faster: of two racing switches exactly one wins.
 */
export function switchPointer({ models, clock }: { models: ModelRegistry; clock: Clock }) {
  return async (plan: SwitchPlan | Undo): Promise<Switched> => {
    const planned = plan.kind === 'undo' ? await planUndo(models, plan, utcIso(clock())) : plan;
    await models.apply(planned.change);
    return switched(planned.change.history);
  };
}

async function planUndo(models: ModelRegistry, undo: Undo, now: string): Promise<SwitchPlan> {
  const { exchange, target, operator, reason, execution } = undo;
  const pointer = (await models.livePointer(exchange, target)) ?? null;
  if (pointer?.version !== undo.version) {
    throw new Conflict(`undo: expected ${undo.version} to be live still, was ${pointer?.version ?? 'none'}`);
  }
  const row = (version: string | null) =>
    version === null ? null : models.version(exchange, target, version);
  const live = await row(pointer.version);
  const previous = await row(pointer.previous_version);
  const plan = planRollback({ pointer, live, previous, operator, reason, now, execution });
  if (plan.kind === 'refused') throw new RejectedInput(plan.refusal, { field: 'version' });
  return plan;
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
    undo: { kind: 'undo', exchange, target, version: to_version, operator, reason, execution },
  };
}
