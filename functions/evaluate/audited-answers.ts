import { leafHash } from '../../shared/domain/audit/leaf-hash.ts';
import type { Answer } from '../../shared/domain/evaluation/baseline.ts';
import { epochMs, minuteOfDay } from '../../shared/domain/market/indian-time.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { Action, Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

const POSITIONS: Readonly<Record<Action, -1 | 0 | 1>> = { SELL: -1, HOLD: 0, BUY: 1 };

/**
 * What a version answered on a date, by minute of the Indian day: of several answers in a minute the last. A HOLD that no
 * model gave counts as its answer, since nobody else was live. The action counts whether or not the risk rules let it be
 * executed: the candidate's answers have not met them either, and the execution policy treats both alike.
 * @throws InvariantViolated naming a recommendation that is not the one that was given (its leaf hash differs)
 */
export function auditedAnswers(store: Pick<RecommendationStore, 'ofDay'>) {
  return async (
    { exchange, target, version }: Pick<ModelVersion, 'exchange' | 'target' | 'version'>,
    date: string,
  ): Promise<ReadonlyMap<number, Answer>> => {
    const answers = new Map<number, Answer>();
    for (const recommendation of await store.ofDay(exchange, date)) {
      const { model_version, timestamp } = recommendation;
      if (recommendation.target !== target) continue;
      if (model_version !== null && model_version !== version) continue;
      assertUnchanged(recommendation);
      answers.set(minuteOfDay(epochMs(timestamp)), answerOf(recommendation));
    }
    return answers;
  };
}

function answerOf({ action, probabilities, regime }: Recommendation): Answer {
  return { position: POSITIONS[action], probabilities, regime };
}

function assertUnchanged(recommendation: Recommendation): void {
  const { id, leaf_hash } = recommendation;
  const hash = leafHash(recommendation);
  if (hash === leaf_hash) return;
  throw new InvariantViolated(
    `recommendation ${id}: expected the leaf hash ${leaf_hash} that it was stored with, was ${hash}; ` +
      'compare it with the audit log before anything is judged against it',
    { field: id },
  );
}
