import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type PromotionPlan,
  type VerdictBinding,
  verdictBindingSchema,
} from '../../shared/domain/promotion/plan.ts';
import { planPromotion } from '../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import type { WithdrawalPlan } from '../../shared/domain/promotion/plan-withdrawal.ts';
import type { LivePointer, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { PromotionRequest } from './promotion-request.ts';
import { planTakeBack } from './take-back.ts';

interface Ports {
  readonly models: ModelRegistry;
  readonly bucket: ObjectStore;
  /** Verifies every hash of a bundle and scores its golden rows. @throws InvariantViolated naming what is wrong. */
  readonly smokeTest: (bundle: Pick<LivePointer, 'bundle_prefix' | 'bundle_hash'>) => Promise<void>;
  readonly clock: Clock;
}

export type SwitchPlan = Extract<PromotionPlan, { kind: 'switch' }>;
/** What may be carried out: a switch to a bundle that proved itself, or nothing live any more. */
export type VerifiedPlan = SwitchPlan | WithdrawalPlan;

/**
 * Decides a promotion or rollback and proves the bundle before anything is switched.
 * @throws RejectedInput with the refusal; InvariantViolated when the bundle or its verdict are not what was registered;
 * Conflict when a version is to be taken back that is not live any more.
 */
export function verifyPromotion(ports: Ports) {
  return async (request: PromotionRequest): Promise<VerifiedPlan> => {
    const plan = await planned(ports, request);
    if (plan.kind === 'refused') throw new RejectedInput(plan.refusal, { field: 'version' });
    if (plan.kind === 'switch') await ports.smokeTest(plan.pointer);
    return plan;
  };
}

async function planned({ models, bucket, clock }: Ports, request: PromotionRequest) {
  const { exchange, target, operator, reason, execution, override, version } = request;
  const asked = { operator, reason, now: utcIso(clock()), execution };
  if (request.action === 'take_back') return planTakeBack(models, { ...asked, exchange, target, version });
  const pointer = (await models.livePointer(exchange, target)) ?? null;
  const row = (name: string | null | undefined) =>
    name == null ? null : models.version(exchange, target, name);
  const live = await row(pointer?.version);
  if (request.action === 'rollback') {
    const previous = (await row(pointer?.previous_version)) ?? null;
    return planRollback({ ...asked, pointer, live, previous, override });
  }
  const candidate = given(await row(version));
  const verdict = await verdictOf(bucket, candidate);
  return planPromotion({ ...asked, pointer, live, candidate, verdict, override });
}

function given(candidate: ModelVersion | null): ModelVersion {
  if (candidate === null)
    throw new RejectedInput('version: expected the version to promote, was none', { field: 'version' });
  return candidate;
}

async function verdictOf(bucket: ObjectStore, candidate: ModelVersion): Promise<VerdictBinding | null> {
  if (candidate.verdict_key === null) return null;
  const stored = await bucket.get(candidate.verdict_key);
  const hash = contentHash(stored);
  if (hash !== candidate.verdict_hash) {
    const message = `${candidate.verdict_key}: expected the registered SHA-256 ${candidate.verdict_hash}, was ${hash}`;
    throw new InvariantViolated(message, { field: candidate.verdict_key });
  }
  return verdictBindingSchema.parse(JSON.parse(new TextDecoder().decode(stored)));
}
