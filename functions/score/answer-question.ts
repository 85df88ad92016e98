import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { AnsweringModel, ModelService, VectorToScore } from '../../shared/ports/model-service.ts';
import { type RecommendPorts, recommendSignal } from './recommend-signal.ts';

export interface AnswerPorts extends RecommendPorts {
  readonly models: ModelService;
  readonly clock: Clock;
}

/** What is to be scored. */
export interface ScoreQuestion {
  readonly exchange: Exchange;
  readonly target: string;
  /**
   * The vector in the set of the model that answers, which is known only when it is asked for: between two looks at the
   * pointer another bundle may go live. None when the session has too little history or nothing was received.
   */
  readonly vectorFor: (model: AnsweringModel) => Promise<VectorToScore | undefined>;
}

/**
 * Answers a question with the live model: its feature vector, its signal, the recommendation made of it. Always an
 * answer: HOLD with its reason where no model may speak. Writes nothing.
 */
export function answerQuestion(ports: AnswerPorts) {
  const recommend = recommendSignal(ports);
  return async ({ exchange, target, vectorFor }: ScoreQuestion): Promise<Recommendation> => {
    const startedMs = ports.stopwatchMs();
    const model = await ports.models.answering(exchange, target);
    const askedMs = ports.stopwatchMs();
    const asked = await vectorFor(model);
    const waitedMs = ports.stopwatchMs() - askedMs;
    const nowMs = ports.clock();
    const signal = await model.scoreFeatures(asked);
    const latencyUs = Math.round((ports.stopwatchMs() - startedMs - waitedMs) * 1000);
    const { vector, given } = asked ?? {};
    return recommend({ exchange, target, signal, set: model.set, vector, given, nowMs, latencyUs });
  };
}
