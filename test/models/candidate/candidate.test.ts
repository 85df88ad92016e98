import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { planData } from '../../../models/candidate/plan.ts';
import { DEFAULT_OPTIONS, trainCandidate } from '../../../models/candidate/train.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { readForest } from '../../../models/trees/forest.ts';
import { walkRows } from '../../../models/trees/walk.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { decisionSchema } from '../../../shared/domain/scoring/decide.ts';
import { referenceProfileSchema } from '../../../shared/domain/scoring/reference.ts';
import { bundleHash, SCORING_FILES, sha256Hex } from '../../../shared/domain/training/bundle.ts';
import { CALIBRATION_KINDS } from '../../../shared/domain/training/calibration.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import { modelMatrix } from '../../../shared/domain/training/model-matrix.ts';
import type { RegimeState, Scorer } from '../../../shared/ports/model-scorer.ts';
import type { Candidate, CandidateInput } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

const family = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
afterAll(() => family.close());

const options = { rounds: 40, exactnessRows: 500, parameters: { min_data_in_leaf: 20 } };
const shape = { sessions: 9, rowsPerSession: 120, features: 12, edge: 0.6, seed: 3 };
const train = (input: CandidateInput, threads = 1) =>
  trainCandidate({ ...input, options: { ...options, threads } }, { family, openSession });

const json = (candidate: Candidate, path: string) =>
  JSON.parse(new TextDecoder().decode(candidate.files.get(path)));

describe('a candidate', () => {
  const input = marketRows(shape);
  let candidate: Candidate;
  let scorer: Scorer;
  beforeAll(async () => {
    candidate = await train(input);
    scorer = await loadBundle(candidate.files, openSession);
  });
  afterAll(() => scorer.close());

  it('has every file of the contract, and names its origin', () => {
    const reports = ['bundle.json', 'holdout.json', 'oof.json', 'report.json'];
    const scoring = SCORING_FILES.filter(
      (path) => !['linear.json', 'mixture.json', 'permutation.json'].includes(path),
    );
    expect([...candidate.files.keys()].sort()).toEqual([...scoring, ...reports].sort());
    expect(candidate.bundle).toMatchObject({
      exchange: 'NSE',
      target: 'tb15',
      family: 'lightgbm',
      class_order: ['SELL', 'HOLD', 'BUY'],
      dataset_version: '2025-12-04',
      exploratory: false,
    });
    expect(candidate.bundle.version).toBe(`2025-12-04-${candidate.bundle.bundle_hash.slice(0, 8)}`);
    expect(candidate.bundle.feature_names).toEqual(input.featureNames);
  });

  it('names the calibration that its report shows', () => {
    const { rows, calibrationKind } = candidate.report;
    const isSame = rows.calibrated.every((value, at) => value === rows.uncalibrated[at]);
    expect(isSame).toBe(calibrationKind === 'identity');
  });

  it('describes its calibration: kind, parameters, what each kind would have cost', () => {
    const calibrator = json(candidate, 'calibrator.json');
    expect(calibrator).toMatchObject({ schema: 2, kind: candidate.report.calibrationKind });
    expect(calibrator.scale).toHaveLength(3);
    expect(Object.keys(calibrator.out_of_fold_log_loss)).toEqual([...CALIBRATION_KINDS]);
    expect(calibrator.out_of_fold_log_loss).toEqual(candidate.report.calibrationLogLosses);
  });

  it('opens as before when its calibration is described as in schema 1', async () => {
    const old = { schema: 1, kind: 'temperature and hold bias', scale: [1, 1, 1], bias: [0, 0.1, 0] };
    const bytes = new TextEncoder().encode(JSON.stringify(old));
    const hashes = { ...candidate.bundle.files, 'calibrator.json': sha256Hex(bytes) };
    const contents = { ...candidate.bundle, files: hashes, bundle_hash: bundleHash(hashes) };
    const files = new Map(candidate.files)
      .set('calibrator.json', bytes)
      .set('bundle.json', new TextEncoder().encode(JSON.stringify(contents)));
    const opened = await loadBundle(files, openSession);
    const row = input.features.slice(0, 12);
    expect(await opened.score(row, null)).toEqual(await scorer.score(row, null));
    await opened.close();
  });

  it('writes what scoring and drift read', () => {
    expect(() => decisionSchema.parse(json(candidate, 'decision.json'))).not.toThrow();
    const reference = referenceProfileSchema.parse(json(candidate, 'reference.json'));
    expect(reference.features.map(({ name }) => name)).toEqual(input.featureNames);
    const infinite = reference.features.find(({ name }) => name === 'sometimes_infinite');
    expect(infinite?.positive_infinity).toBeGreaterThan(0);
  });

  it('chooses its thresholds for what is left after the cost of a trade', async () => {
    const decision = json(candidate, 'decision.json');
    expect(decision.cost_return).toBe(DEFAULT_OPTIONS.costReturn);
    const dear = await trainCandidate(
      { ...input, options: { ...options, costReturn: 0.001 } },
      { family, openSession },
    );
    const strict = json(dear, 'decision.json');
    expect(strict.cost_return).toBe(0.001);
    expect(strict.thresholds.buy).toBeGreaterThan(decision.thresholds.buy);
    expect(strict.trades).toBeLessThan(decision.trades);
  });

  it('drops what is constant and says so', () => {
    expect(json(candidate, 'selector.json').dropped).toEqual([{ feature: 'constant', reason: 'constant' }]);
  });

  it('keeps the last sessions back: nothing learnt or profiled reaches into them', async () => {
    const { trained_through, holdout_sessions } = candidate.bundle;
    expect(holdout_sessions).toHaveLength(3);
    expect([...new Set(candidate.holdout.session)]).toEqual(holdout_sessions);
    expect(trained_through < holdout_sessions[0]!).toBe(true);
    const start = input.sessions.indexOf(holdout_sessions[0]!);
    const changed = {
      ...input,
      features: input.features.map((value, at) => (at >= start * 12 ? value * 3 + 1 : value)),
      targets: input.targets.map((target, row) =>
        row >= start && Math.abs(target) === 1 ? -target : target,
      ),
      forwardReturns: input.forwardReturns.map((value, row) => (row >= start ? -value : value)),
    };
    expect((await train(changed)).bundle.bundle_hash).toBe(candidate.bundle.bundle_hash);
  });

  it('ends every fit before the day it judges', () => {
    expect(candidate.summary.folds.length).toBeGreaterThan(1);
    for (const fold of candidate.summary.folds) expect(fold.trained_through < fold.judged_from).toBe(true);
    expect(Math.max(...candidate.outOfFold.timestamp_ms)).toBeLessThan(candidate.holdout.timestamp_ms[0]!);
  });

  it('finds the planted edge, out of fold and held out', () => {
    const { out_of_fold, held_out, model } = candidate.summary;
    expect(model).toMatchObject({ library: 'lightgbm', rounds: candidate.bundle.rounds });
    expect(out_of_fold.auc.buy).toBeGreaterThan(0.7);
    expect(held_out?.auc.buy).toBeGreaterThan(0.7);
    expect(held_out?.log_loss).toBeLessThan(held_out?.base_log_loss ?? 0);
    expect(json(candidate, 'decision.json').by_class.buy.win_rate).toBeGreaterThan(0.6);
  });

  it('is the same bundle again, with two threads too', async () => {
    const again = await train(input, 2);
    expect(again.bundle.bundle_hash).toBe(candidate.bundle.bundle_hash);
    expect(again.files.get('model.onnx')).toEqual(candidate.files.get('model.onnx'));
    const later = await train({ ...input, createdAt: '2026-01-01T00:00:00.000Z', seed: 8 });
    expect(later.bundle.bundle_hash).not.toBe(candidate.bundle.bundle_hash);
    expect(later.bundle.logic_hash).toBe(candidate.bundle.logic_hash);
  });

  it('answers minute by minute what it answered for the held-out sessions', async () => {
    const { holdout } = candidate;
    const start = input.sessions.indexOf(holdout.session[0]!);
    let state: RegimeState = null;
    for (let row = start; row < start + 60; row += 1) {
      const features = input.features.slice(row * 12, (row + 1) * 12);
      state = scorer.advanceRegime(state, features);
      const { probabilities, regime } = await scorer.score(features, state);
      const at = holdout.timestamp_ms.indexOf(input.timestampsMs[row]!);
      expect(probabilities[2]).toBeCloseTo(holdout.buy[at]!, 12);
      expect(regime).toBe(holdout.regime[at]);
    }
  });

  it('agrees with the tree walker and explains its scores exactly', async () => {
    const forest = readForest(new TextDecoder().decode(candidate.files.get('trees.json')));
    const features = input.features.slice(500 * 12, 501 * 12);
    const state = scorer.advanceRegime(null, features);
    const { rawScores, probabilities } = await scorer.score(features, state);
    const row = Float32Array.of(...modelMatrix(features, 1, 12), ...(state as Float64Array));
    expect(rawScores).toEqual([...walkRows(forest, row, 1)]);
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    const explanations = await scorer.explain(features, state);
    expect(explanations).toHaveLength(3);
    for (const [classIndex, { baseScore, contributions }] of explanations.entries()) {
      const total = contributions.reduce((sum, { shap }) => sum + shap, baseScore);
      expect(Math.abs(total - rawScores[classIndex]!)).toBeLessThan(1e-9);
      expect(contributions.map(({ feature }) => feature).slice(-2)).toEqual([
        `regime_${candidate.bundle.regime_states - 2}`,
        `regime_${candidate.bundle.regime_states - 1}`,
      ]);
      expect(contributions.find(({ feature }) => feature === 'constant')?.shap).toBe(0);
    }
  });

  it('is refused when a file was changed or is missing', async () => {
    const changed = new Map(candidate.files).set('decision.json', new TextEncoder().encode('{}'));
    await expect(loadBundle(changed, openSession)).rejects.toThrow(
      /decision.json: expected SHA-256 .+, was [0-9a-f]{64}/,
    );
    const missing = new Map([...candidate.files].filter(([path]) => path !== 'model.onnx'));
    await expect(loadBundle(missing, openSession)).rejects.toThrow(
      /model.onnx: expected SHA-256 .+, was absent/,
    );
    const forged = { ...json(candidate, 'bundle.json'), bundle_hash: 'a'.repeat(64) };
    const contents = new TextEncoder().encode(JSON.stringify(forged));
    await expect(
      loadBundle(new Map(candidate.files).set('bundle.json', contents), openSession),
    ).rejects.toThrow('bundle hash: expected aaa');
  });

  it('reports progress from 0 to 1, and stops when told to', async () => {
    const steps: number[] = [];
    const controller = new AbortController();
    const onProgress = (_: string, done: number) => {
      steps.push(done);
      if (steps.length === 2) controller.abort(new Error('night is over'));
    };
    const run = trainCandidate(
      { ...input, options },
      { family, openSession, onProgress, signal: controller.signal },
    );
    await expect(run).rejects.toThrow('night is over');
    expect(steps).toEqual([0, expect.any(Number)]);
  });
});

describe('no edge', () => {
  it('is said to be none: the direction cannot be told', async () => {
    const { out_of_fold } = (await train(marketRows({ ...shape, edge: 0, sessions: 12, seed: 5 }))).summary;
    const moves = out_of_fold.auc;
    expect(out_of_fold.log_loss).toBeGreaterThan(0.85 * out_of_fold.base_log_loss);
    expect((moves.buy as number) + (moves.sell as number)).toBeLessThan(1.35);
  });
});

describe('fewer than five sessions', () => {
  it('give an exploratory bundle with nothing kept back', async () => {
    const candidate = await train(marketRows({ ...shape, sessions: 1, rowsPerSession: 375 }));
    expect(candidate.bundle).toMatchObject({ exploratory: true, holdout_sessions: [] });
    expect(candidate.summary.held_out).toBeNull();
    expect(candidate.holdout.timestamp_ms).toEqual([]);
    expect(candidate.outOfFold.timestamp_ms.length).toBeGreaterThan(100);
  });
});

describe('planData', () => {
  const sessions = (count: number) =>
    Array.from({ length: count }, (_, at) => `2025-11-${String(at + 1).padStart(2, '0')}`);

  it('keeps back what is wanted, a third at most, nothing of a few', () => {
    expect(planData(sessions(30), 10).holdoutSessions).toHaveLength(10);
    expect(planData(sessions(15), 10).holdoutSessions).toHaveLength(5);
    expect(planData(sessions(5), 10)).toMatchObject({
      exploratory: false,
      trainingEnd: 4,
      trainedThrough: '2025-11-04',
    });
    expect(planData(sessions(4), 10)).toMatchObject({
      exploratory: true,
      trainingEnd: 4,
      holdoutSessions: [],
    });
  });
});

describe('rows that cannot be learnt from', () => {
  const input = marketRows({ ...shape, sessions: 6 });
  const refuse = (changed: Partial<CandidateInput>) => expect(train({ ...input, ...changed })).rejects;

  it('are refused with the reason', async () => {
    const rows = input.targets.length;
    await refuse({ targets: new Int8Array(rows) }).toThrow(
      'target: expected at least two classes, was HOLD only',
    );
    await refuse({ targets: new Int8Array(rows).fill(NO_LABEL) }).toThrow('with a label, was none');
    await refuse({ features: new Float64Array(rows * 12) }).toThrow(/constant/);
    await refuse({ features: new Float64Array(rows * 12).fill(Number.NaN) }).toThrow(/missing throughout/);
    await refuse({ features: new Float64Array(7) }).toThrow(
      'features: expected 720 rows x 12 features, was 7 values',
    );
    await refuse({ sessions: input.sessions.slice(1) }).toThrow('sessions: expected 720 values, was 719');
    await refuse({ timestampsMs: new Float64Array(rows) }).toThrow(
      'timestampsMs[1]: expected ascending times, was 0',
    );
    await refuse({ labelSpanMinutes: new Float64Array(rows) }).toThrow(
      'labelSpanMinutes[0]: expected > 0, was 0',
    );
    await refuse({ sessions: [...input.sessions].reverse() }).toThrow('expected ascending dates');
    await refuse({ featureNames: input.featureNames.map((name) => `x_${name}`) }).toThrow(
      'regime: expected one of realized_vol_5m',
    );
  });

  it('and a missing library are told apart', async () => {
    const absent = lightGbmFamily({ searchPath: '/nowhere', workerFile: WORKER_FILE });
    expect(absent.availability()).toMatchObject({ available: false });
    await expect(trainCandidate(input, { family: absent, openSession })).rejects.toThrow(
      'lightgbm: lib_lightgbm.so: expected in one of',
    );
  });
});
