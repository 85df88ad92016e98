import { beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';

const FEATURES = 8;
const market = (sessions: number) =>
  marketRows({ sessions, rowsPerSession: 150, features: FEATURES, edge: 0.6, seed: 3 });
const input = market(36);
const train = (perRegime: boolean, rows = input) => {
  const options = { rounds: 10, folds: 2, exactnessRows: 200, regimeStates: 2, perRegime };
  return trainCandidate({ ...rows, options }, { family: linearFamily(), openSession });
};
const text = ({ files }: Candidate, path: string) => new TextDecoder().decode(files.get(path));

describe('a candidate with one model per regime', () => {
  let plain: Candidate;
  let mixed: Candidate;
  beforeAll(async () => {
    [plain, mixed] = [await train(false), await train(true)];
  });

  it('has the models in one bundle, and says so', () => {
    expect(JSON.parse(text(mixed, 'mixture.json'))).toMatchObject({
      form: 'probabilities',
      memberOfState: [0, 1],
    });
    expect(mixed.files.has('linear.json')).toBe(false);
    expect(mixed.bundle.parameters).toMatchObject({ per_regime: true });
    expect(plain.bundle.parameters).not.toHaveProperty('per_regime');
    expect(mixed.summary.model).toMatchObject({ members: 2, member_of_state: '0 1' });
  });

  it('is another configuration and another logic than one model for all', () => {
    expect(mixed.summary.trial.configuration_hash).not.toBe(plain.summary.trial.configuration_hash);
    expect(mixed.bundle.logic_hash).not.toBe(plain.bundle.logic_hash);
    expect(mixed.bundle.bundle_hash).not.toBe(plain.bundle.bundle_hash);
  });

  it('finds the edge out of fold and in the sessions kept back', () => {
    expect(mixed.summary.out_of_fold.auc.buy).toBeGreaterThan(0.6);
    expect(mixed.summary.held_out!.auc.buy).toBeGreaterThan(0.6);
  });

  it('is scored and explained as any bundle is', async () => {
    const scorer = await loadBundle(mixed.files, openSession);
    const row = input.features.slice(500 * FEATURES, 501 * FEATURES);
    const state = scorer.advanceRegime(null, row);
    const { rawScores, probabilities } = await scorer.score(row, state);
    expect(probabilities.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
    const explained = await scorer.explain(row, state);
    for (const [at, { baseScore, contributions }] of explained.entries()) {
      const sum = contributions.reduce((total, { shap }) => total + shap, baseScore);
      expect(sum).toBeCloseTo(rawScores[at]!, 9);
    }
    await scorer.close();
  });

  it('is in the report like any other', () => {
    expect(mixed.report.shap?.features).toEqual([...input.featureNames, 'regime_0', 'regime_1']);
  });

  it('is one model for all where a fold had too few rows: what was judged is what is deployed', async () => {
    const few = market(18);
    const asked = await train(true, few);
    expect(asked.summary.model).not.toHaveProperty('members');
    expect(asked.bundle.parameters).not.toHaveProperty('per_regime');
    expect(asked.bundle.bundle_hash).toBe((await train(false, few)).bundle.bundle_hash);
    expect(asked.bundle.procedure?.options).toMatchObject({ perRegime: true });
  });

  it('is the same again', async () => {
    expect((await train(true)).bundle.bundle_hash).toBe(mixed.bundle.bundle_hash);
  });
});
