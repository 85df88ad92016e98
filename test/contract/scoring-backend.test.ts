import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxBackend } from '../../functions/score/onnx-backend.ts';
import { endpointBackend } from '../../shared/adapters/sagemaker/endpoint-backend.ts';
import type { Explanation, RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import type { BackendAnswer, ScoringBackend } from '../../shared/ports/scoring-backend.ts';
import { type EndpointCloud, startEndpointCloud } from '../factories/model-endpoint.ts';
import { openFiles, trackerMarket, trainedCandidate } from '../factories/tracker-market.ts';

const WIDTH = trackerMarket().featureNames.length;
/** The machine may be busy; what is asked here is what is answered, not when. */
const DEADLINE_MS = 20_000;

let cloud: EndpointCloud;
let candidate: Candidate;
let scorer: Scorer;
let backends: Readonly<Record<string, ScoringBackend>>;
beforeAll(async () => {
  cloud = await startEndpointCloud();
  candidate = await trainedCandidate(trackerMarket());
  scorer = await openFiles(candidate.files);
  await cloud.serve('desk-score-nse', candidate.files);
  const options = { client: cloud.client, endpoint: 'desk-score-nse', deadlineMs: DEADLINE_MS };
  backends = { onnx: onnxBackend(scorer), sagemaker: endpointBackend(scorer.bundle, options) };
}, 120_000);
afterAll(async () => {
  await scorer.close();
  await cloud.stop();
});

/** Rows as markets give them, and such as none does: missing, infinite, negative zero, the smallest and the largest. */
const anyRow = fc.array(
  fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 1.7e308),
  ),
  { minLength: WIDTH, maxLength: WIDTH },
);

function stateAfter(row: Float64Array, steps: number): RegimeState {
  let state: RegimeState = null;
  for (let step = 0; step < steps; step++) state = scorer.advanceRegime(state, row);
  return state;
}

/** An explanation with its contributions looked at. */
const whole = ({ method, baseScore, contributions }: Explanation) => ({ method, baseScore, contributions });

describe.each(['onnx', 'sagemaker'])('the scoring backend %s', (name) => {
  it('says who it is', () => {
    expect(backends[name]!.name).toBe(name);
  });

  it('gives three chances, and takes the raw score of each class apart', async () => {
    const row = trackerMarket().features.slice(0, WIDTH);
    const { scored, explanations } = await backends[name]!.answer(row, stateAfter(row, 3));
    expect(scored.probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    expect(scored.regimeProbabilities).toHaveLength(scorer.bundle.regime_states);
    expect(explanations).toHaveLength(3);
    for (const [at, { contributions, baseScore }] of explanations.entries()) {
      expect(contributions).toHaveLength(WIDTH + scorer.bundle.regime_states);
      const explained = contributions.reduce((sum, { shap }) => sum + shap, baseScore);
      expect(explained).toBeCloseTo(scored.rawScores[at]!, 4);
    }
  });

  it('gives what the bundle itself gives, to the last bit, for any row and state', async () => {
    await fc.assert(
      fc.asyncProperty(anyRow, fc.integer({ min: 0, max: 3 }), async (values, steps) => {
        const row = Float64Array.from(values);
        const state = stateAfter(
          Float64Array.from(values, (value) => (Number.isFinite(value) ? value : 0)),
          steps,
        );
        fc.pre(state === null || state.every((chance) => Number.isFinite(chance)));
        const { scored, explanations } = await backends[name]!.answer(row, state);
        const alone = await scorer.score(row, state);
        // toStrictEqual tells 0 from -0 and NaN from null.
        expect(scored).toStrictEqual({
          ...alone,
          probabilities: [...alone.probabilities],
          rawScores: [...alone.rawScores],
        });
        expect(explanations.map(whole)).toStrictEqual((await scorer.explain(row, state)).map(whole));
      }),
      { numRuns: 150 },
    );
  });

  it('gives one answer, however many ask at once', async () => {
    const row = trackerMarket().features.slice(WIDTH, 2 * WIDTH);
    const state = stateAfter(row, 2);
    const first = await backends[name]!.answer(row, state);
    const all = await Promise.all(Array.from({ length: 20 }, () => backends[name]!.answer(row, state)));
    const shown = ({ scored, explanations }: BackendAnswer) => ({
      scored,
      explained: explanations.map(whole),
    });
    for (const one of all) expect(shown(one)).toStrictEqual(shown(first));
  });
});
