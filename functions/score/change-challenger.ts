import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type Challenger,
  type ChallengerBody,
  challengerBodySchema,
  planChallenger,
  planStop,
} from '../../shared/domain/promotion/challenger.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';

interface Ports {
  readonly shadows: Pick<ShadowStore, 'challenger' | 'change'>;
  readonly models: Pick<ModelRegistry, 'version' | 'livePointer'>;
  /** The sets that are made of every live snapshot: a challenger of another one would wait for rows that never come. */
  readonly liveSets: readonly FeatureSet[];
  readonly clock: Clock;
}

/**
 * Sets or stops the challenger of an exchange, and records who did it, when and why. It touches nothing that is live.
 * @throws RejectedInput naming the field that is wrong; NotFound for an unknown version; Conflict when somebody was faster.
 */
export function changeChallenger({ shadows, models, liveSets, clock }: Ports) {
  return async (body: unknown): Promise<Challenger> => {
    const { exchange, target, action, version, ...asked } = parse(body);
    const request = { ...asked, now: utcIso(clock()) };
    const current = await shadows.challenger(exchange, target);
    const next =
      action === 'stop'
        ? planStop(current, request)
        : planChallenger(
            current,
            await candidate(exchange, target, version),
            (await models.livePointer(exchange, target))?.version ?? null,
            request,
          );
    await shadows.change(next);
    return next;
  };

  async function candidate(exchange: Challenger['exchange'], target: string, version: string | undefined) {
    if (version === undefined) {
      throw new RejectedInput('version: expected a registered version, was none', { field: 'version' });
    }
    const found = await models.version(exchange, target, version);
    const live = liveSets.map(({ id }) => id);
    if (live.includes(found.feature_set)) return found;
    const message = `version: expected one of a set that is made live (${live.join(', ')}), was ${found.feature_set}; add it to config/features.json`;
    throw new RejectedInput(message, { field: 'version' });
  }
}

function parse(body: unknown): ChallengerBody {
  const parsed = challengerBodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const field = issues[0]?.path.join('.') || 'body';
  throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
}
