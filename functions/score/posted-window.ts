import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { FeatureService } from '../../shared/ports/feature-service.ts';
import type { VectorToScore } from '../../shared/ports/model-service.ts';

/**
 * The vector of a posted window, made of its snapshots and nothing else: other chains and earlier sessions are unknown
 * to it. Its session's regime is filtered over its own rows. Undefined where it is too short for the set.
 * @throws RejectedInput for a day that the exchange's calendar does not know
 */
export function windowVector(
  features: FeatureService,
  snapshots: readonly StoredSnapshot[],
  set: FeatureSet,
): VectorToScore | undefined {
  try {
    const session = features.prepareSession({ snapshots }, set);
    return session === null ? undefined : { ...session, given: 'window' };
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const message = `window: expected a session that the calendar knows; ${error.message}`;
    throw new RejectedInput(message, { field: 'window', cause: error });
  }
}
