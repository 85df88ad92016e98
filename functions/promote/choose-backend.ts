import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { servedBy } from '../../shared/domain/market/backend.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type BackendBody,
  backendBodySchema,
  planBackend,
} from '../../shared/domain/promotion/plan-backend.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';

/** A promotion, a verdict or another operator may have changed the same entry in between. */
const ATTEMPTS = 3;

interface Ports {
  readonly models: Pick<ModelRegistry, 'version' | 'livePointer' | 'apply'>;
  readonly clock: Clock;
}

/**
 * Names another backend in a version's entry, and who did it, when and why in the history. What is live stays live.
 * @returns the entry as it stands now
 * @throws RejectedInput naming the field that is wrong; NotFound for an unknown version; Conflict when the entry keeps
 * changing.
 */
export function chooseBackend({ models, clock }: Ports) {
  return async (body: unknown): Promise<ModelVersion> => {
    const asked = parse(body);
    for (let attempt = 1; ; attempt++) {
      try {
        return await chosen(asked);
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) throw error;
      }
    }
  };

  async function chosen({ exchange, target, version, ...asked }: BackendBody): Promise<ModelVersion> {
    const row = await models.version(exchange, target, version);
    const pointer = (await models.livePointer(exchange, target)) ?? null;
    const { operator, reason } = asked;
    const plan = planBackend({ row, pointer, to: servedBy(asked), operator, reason, now: utcIso(clock()) });
    await models.apply(plan);
    return plan.versions[0];
  }
}

function parse(body: unknown): BackendBody {
  const parsed = backendBodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const field = issues[0]?.path.join('.') || 'body';
  throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
}
