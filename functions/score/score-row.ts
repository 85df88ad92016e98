import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { ScoreQuestion } from './answer-question.ts';

interface Ports {
  readonly score: (question: ScoreQuestion) => Promise<Recommendation>;
  readonly record: (answer: Recommendation, row: FeatureRow) => Promise<Recommendation>;
  readonly window: Pick<OnlineWindow, 'featureRow'>;
  readonly target: string;
}

/**
 * Answers for a live moment on the row of the live bundle's feature set, and records the answer. Undefined, and nothing
 * is recorded, while that set has no row of the moment: another set may need less history.
 */
export function scoreRow({ score, record, window, target }: Ports) {
  return async ({ exchange, timestamp }: ScoreRequest): Promise<Recommendation | undefined> => {
    const timestampMs = epochMs(timestamp);
    const date = sessionDate(timestampMs);
    let found: FeatureRow | undefined;
    const answer = await score({
      exchange,
      target,
      vectorFor: async ({ set }) => {
        found = await window.featureRow(exchange, date, set.id, timestampMs);
        return found && { vector: found };
      },
    });
    return found === undefined ? undefined : record(answer, found);
  };
}
