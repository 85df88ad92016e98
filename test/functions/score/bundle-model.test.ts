import { beforeAll, expect, test } from 'vitest';
import { bundleModel } from '../../../functions/score/bundle-model.ts';
import { bundles, type OpenBundle } from '../../../functions/score/bundles.ts';
import { regimeTracker } from '../../../functions/score/regime-tracker.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { featureRows, openFiles, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';

const [vector] = featureRows(trackerMarket({ sessions: 1, rowsPerSession: 1, seed: 5 }), 0) as [FeatureRow];
const regime = regimeTracker({ featureRows: async () => [] }, []);

let bundle: OpenBundle;
beforeAll(async () => {
  const { files } = await trainedCandidate(trackerMarket());
  bundle = await bundles({ readFiles: async () => files, load: openFiles })('a/');
});

test.each([true, false])(
  'a model that says what is no chance has not answered (explained: %s)',
  async (explains) => {
    const sick = async (...asked: Parameters<OpenBundle['scorer']['score']>) => ({
      ...(await bundle.scorer.score(...asked)),
      probabilities: [Number.NaN, Number.NaN, Number.NaN] as [number, number, number],
    });
    const of = (score: OpenBundle['scorer']['score']) =>
      bundleModel({ ...bundle, scorer: { ...bundle.scorer, score } }, TRACKER_V2, regime);
    const asked = { vector, explains };
    const sound = await of(bundle.scorer.score).scoreFeatures(asked);
    expect(sound.metadata).toMatchObject({ backend: 'onnx', before: { state: null, rows: 0 } });
    const { signal, confidence, metadata } = await of(sick).scoreFeatures(asked);
    expect({ signal, confidence }).toEqual({ signal: 'HOLD', confidence: 0 });
    expect(metadata).toMatchObject({
      ...{ probabilities: null, regime: null, backend: null, drivers: { HOLD: [] } },
      ...{ model: sound.metadata.model, before: sound.metadata.before },
    });
  },
);
