import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { loadMagnitude } from '../../../models/magnitude/load.ts';
import { trainMagnitude } from '../../../models/magnitude/train.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { verifyMagnitudeBundle } from '../../../shared/domain/training/magnitude/bundle.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { MagnitudeCandidate, MagnitudeInput } from '../../../shared/ports/magnitude-trainer.ts';
import type { ModelFamily, ModelParameters } from '../../../shared/ports/model-family.ts';
import { measuredMarket } from '../../factories/measured-market.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

const lightgbm = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
const options = { rounds: 60, exactnessRows: 500, folds: 3, holdoutSessions: 5 };
const train = (input: MagnitudeInput, family: ModelFamily = linearFamily(), rivals: ModelFamily[] = []) =>
  trainMagnitude({ ...input, options: { ...options, ...input.options } }, { family, rivals, openSession });
afterAll(() => lightgbm.close());

const CASES: readonly { name: string; family: ModelFamily; parameters: ModelParameters }[] = [
  { name: 'lightgbm', family: lightgbm, parameters: { min_data_in_leaf: 20 } },
  { name: 'linear', family: linearFamily(), parameters: {} },
];

describe.each(CASES)('a magnitude trained by $name', ({ family, parameters }) => {
  const market = measuredMarket({ sessions: 15 });
  let candidate: MagnitudeCandidate;
  beforeAll(async () => {
    candidate = await train({ ...market, options: { parameters } }, family);
  });

  it('finds the volatility that is there, and beats the mean out of fold and on what was kept back', () => {
    const { out_of_fold, held_out } = candidate.summary;
    expect(out_of_fold.r2).toBeGreaterThan(0.03);
    expect(out_of_fold.rank_correlation).toBeGreaterThan(0.1);
    expect(out_of_fold.rmse).toBeLessThan(out_of_fold.naive.mean.rmse);
    expect(held_out!.rmse).toBeLessThan(held_out!.naive.mean.rmse);
    expect(candidate.summary.exactness.worstScoreDifference).toBeLessThan(1e-9);
  });

  it('says of its bundle what it answers, and in what', () => {
    const bundle = verifyMagnitudeBundle(candidate.files);
    expect(bundle).toEqual(candidate.bundle);
    expect(bundle).toMatchObject({
      kind: 'magnitude',
      target: 'mag15',
      unit: 'basis points of the underlying',
      family: family.name,
      exploratory: false,
    });
    expect(bundle).not.toHaveProperty('class_order');
    expect(Object.keys(bundle.files)).not.toContain('calibrator.json');
  });

  it('forecasts what the bundle said of the sessions kept back, row by row', async () => {
    const scorer = await loadMagnitude(candidate.files, openSession);
    const { holdout, bundle } = candidate;
    const width = market.featureNames.length;
    const first = market.sessions.indexOf(bundle.holdout_sessions[0]!);
    let state: Float64Array | null = null;
    const values: number[] = [];
    for (let row = first; row < first + 10; row += 1) {
      const features = market.features.subarray(row * width, (row + 1) * width);
      state = scorer.advanceRegime(state, features);
      const scored = await scorer.score(features, state);
      const { baseScore, contributions } = await scorer.explain(features, state);
      const sum = contributions.reduce((total, { shap }) => total + shap, baseScore);
      expect(Math.abs(sum - scored.value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(scored.value)));
      values.push(scored.value);
    }
    await scorer.close();
    expect(holdout.timestamp_ms[0]).toBe(market.timestampsMs[first]);
    values.forEach((value, at) => {
      expect(value).toBeCloseTo(holdout.forecast[at]!, 9);
    });
  });

  it('fits everything before what it judges', () => {
    const { folds } = candidate.summary;
    expect(folds).toHaveLength(3);
    for (const { trained_through, judged_from } of folds) expect(trained_through < judged_from).toBe(true);
    expect(candidate.bundle.trained_through < candidate.bundle.holdout_sessions[0]!).toBe(true);
  });

  it('is not opened as classes', async () => {
    await expect(loadBundle(candidate.files, openSession)).rejects.toThrow(
      'bundle.json: expected a bundle that answers classes, was magnitude (mag15)',
    );
  });

  it('gives the same bundle again', async () => {
    const again = await train({ ...market, options: { parameters } }, family);
    expect(again.bundle.bundle_hash).toBe(candidate.bundle.bundle_hash);
  });
});

describe('training a magnitude', () => {
  it('finds nothing where the size of moves is noise', async () => {
    const market = measuredMarket();
    const shuffled = market.labels.map((label, row) =>
      Number.isNaN(label) ? label : Math.abs(Math.sin(row * 12.9898) * 43_758.5453) % 10,
    );
    const { summary } = await train({ ...market, labels: shuffled });
    expect(summary.out_of_fold.r2).toBeLessThan(0.02);
    expect(Math.abs(summary.out_of_fold.rank_correlation!)).toBeLessThan(0.15);
  });

  it('takes what was tried into account, each configuration with its error and no returns', async () => {
    const market = measuredMarket({ sessions: 6 });
    const searched = { ...market, options: { searchConfigurations: 4 } };
    const { summary, bundle } = await train(searched, linearFamily());
    expect(summary.trials).toHaveLength(4);
    const errors = summary.trials.map((trial) => trial.out_of_fold_rmse!);
    expect(summary.trial.out_of_fold_rmse).toBe(Math.min(...errors));
    expect(bundle.parameters).toEqual(summary.trial.parameters);
    expect(new Set(summary.trials.map((trial) => trial.configuration_hash)).size).toBe(4);
    for (const trial of summary.trials)
      expect(trial).toMatchObject({ target: 'mag15', out_of_fold_log_loss: null, daily_returns: [] });
  });

  it('takes the family as it is while there are too few sessions to choose by', async () => {
    const few = { searchConfigurations: 4, searchLeastSessions: 40 };
    const { summary } = await train({ ...measuredMarket({ sessions: 6 }), options: few });
    expect(summary.trials).toHaveLength(1);
    expect(summary.trial.parameters).toEqual({});
  });

  it('calls a handful of sessions exploratory, and leaves the embargo of its horizon between blocks', async () => {
    const { bundle, summary } = await train(measuredMarket({ sessions: 3 }));
    expect(bundle.exploratory).toBe(true);
    expect(summary.held_out).toBeNull();
    expect(summary.folds.length).toBeGreaterThan(0);
  });

  it.each([
    [
      'too few labels',
      { labels: measuredMarket().labels.fill(Number.NaN, 60) },
      /at least 120 with a label, was/,
    ],
    [
      'one amount only',
      { labels: measuredMarket().labels.map((label) => label * 0 + 3) },
      /amounts that differ, was 3 only/,
    ],
    ['prices of another length', { prices: new Float64Array(3) }, /prices: expected 1080 values, was 3/],
  ])('says why it cannot learn: %s', async (_, changes, reason) => {
    const failure = await train({ ...measuredMarket(), ...changes }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RejectedInput);
    expect((failure as Error).message).toMatch(reason);
  });

  it('refuses a family that learns classes only', async () => {
    const { fitMagnitude: _, ...classesOnly } = linearFamily();
    await expect(train(measuredMarket(), classesOnly)).rejects.toThrow(
      'family: expected one that learns amounts, was linear: it learns classes only',
    );
  });
});
