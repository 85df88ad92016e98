import type { PromotionPlan, Request } from '../../shared/domain/promotion/plan.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import { planWithdrawal, type WithdrawalPlan } from '../../shared/domain/promotion/plan-withdrawal.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import { Conflict } from '../../shared/errors.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';

export interface TakeBack extends Request {
  readonly exchange: HistoryRow['exchange'];
  readonly target: string;
  /** The version that has to be live still. */
  readonly version: string | undefined;
}

/**
 * Plans the way back from a version: to the one before it, or to nothing live when there was none. What answered a
 * moment ago returns whatever its verdict: the alternative is a version that does not answer well.
 * @throws Conflict when another version is live by now.
 */
export async function planTakeBack(
  models: ModelRegistry,
  { exchange, target, version, ...asked }: TakeBack,
): Promise<PromotionPlan | WithdrawalPlan> {
  const pointer = (await models.livePointer(exchange, target)) ?? null;
  if (pointer === null || pointer.version !== version) {
    throw new Conflict(`take back: expected ${version} to be live still, was ${pointer?.version ?? 'none'}`);
  }
  const live = await models.version(exchange, target, pointer.version);
  if (pointer.previous_version === null) return planWithdrawal({ ...asked, pointer, live });
  const previous = await models.version(exchange, target, pointer.previous_version);
  return planRollback({ ...asked, pointer, live, previous, override: true });
}
