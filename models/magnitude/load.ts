import { verifyMagnitudeBundle } from '../../shared/domain/training/magnitude/bundle.ts';
import type { LoadMagnitude, MagnitudeScorer } from '../../shared/ports/magnitude-scorer.ts';
import type { Explanation } from '../../shared/ports/model-scorer.ts';
import { openParts } from '../candidate/load.ts';

/** Opens a magnitude's bundle for scoring; see the port. */
export const loadMagnitude: LoadMagnitude = async (files, openSession) => {
  const bundle = verifyMagnitudeBundle(files);
  const { ask, askAll, explain, ...opened } = await openParts(bundle, files, openSession);
  const scorer: MagnitudeScorer = {
    ...opened,
    bundle,
    async score(featureRow, state) {
      const { answer, ...regime } = await ask(featureRow, state);
      return { ...regime, value: answer.rawScores[0] as number };
    },
    async explain(featureRow, state) {
      const [only] = await explain(featureRow, state);
      return only as Explanation;
    },
    async replay(features, sessions) {
      const { answer, regimeProbabilities } = await askAll(features, sessions);
      return { values: answer.rawScores, regimeProbabilities };
    },
  };
  return scorer;
};
