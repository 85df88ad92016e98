import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type PromotionPlan,
  type VerdictBinding,
  verdictBindingSchema,
} from '../../shared/domain/promotion/plan.ts';
import { planPromotion } from '../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import type { LivePointer, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { PromotionRequest } from './promotion-request.ts';

interface Ports {
  readonly models: ModelRegistry;
  readonly bucket: ObjectStore;
  /** Verifies every hash of a bundle and scores its golden rows. @throws InvariantViolated naming what is wrong. */
  readonly smokeTest: (bundle: Pick<LivePointer, 'bundle_prefix' | 'bundle_hash'>) => Promise<void>;
  readonly clock: Clock;
}

export type SwitchPlan = Extract<PromotionPlan, { kind: 'switch' }>;

/**
 * Decides a promotion or rollback and proves the bundle before anything is switched.
 * @throws RejectedInput with the refusal; InvariantViolated when the bundle or its verdict are not what was registered.
 */
export function verifyPromotion({ models, bucket, smokeTest, clock }: Ports) {
  return async (request: PromotionRequest): Promise<SwitchPlan> => {
    const { exchange, target } = request;
    const pointer = (await models.livePointer(exchange, target)) ?? null;
    const row = (version: string | null | undefined) =>
      version == null ? null : models.version(exchange, target, version);
    const live = await row(pointer?.version);
    const asked = {
      operator: request.operator,
      reason: request.reason,
      now: utcIso(clock()),
      execution: request.execution,
    };
    const to = await row(request.action === 'rollback' ? pointer?.previous_version : request.version);
    const plan =
      request.action === 'rollback'
        ? planRollback({ ...asked, pointer, live, previous: to, override: request.override })
        : planPromotion({
            ...asked,
            pointer,
            live,
            candidate: given(to),
            verdict: await verdictOf(bucket, given(to)),
            override: request.override,
          });
    if (plan.kind === 'refused') throw new RejectedInput(plan.refusal, { field: 'version' });
    await smokeTest(plan.pointer);
    return plan;
  };
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
