import type { Scorer } from '../../shared/ports/model-scorer.ts';
import type { ScoringBackend } from '../../shared/ports/scoring-backend.ts';

/** The bundle itself, in process. */
export function onnxBackend(scorer: Scorer): ScoringBackend {
  return {
    name: 'onnx',
    async answer(featureRow, state) {
      const scored = await scorer.score(featureRow, state);
      return { scored, explanations: await scorer.explain(featureRow, state) };
    },
  };
}
