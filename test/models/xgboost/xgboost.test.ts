import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adversarialRows } from '../../../models/onnx/probe-rows.ts';
import { thresholdsByColumn } from '../../../models/trees/exactness.ts';
import { shapValues } from '../../../models/trees/shap.ts';
import { prepareShap } from '../../../models/trees/shap-forest.ts';
import { leavesOf, walkRows } from '../../../models/trees/walk.ts';
import { xgBoostFamily } from '../../../models/xgboost/family.ts';
import { parameterText } from '../../../models/xgboost/parameters.ts';
import { type ParsedModel, parseModel } from '../../../models/xgboost/parse-model.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { LabelledMatrix } from '../../../shared/ports/model-family.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { libraryFolder, startThread, WORKER_FILE } from '../../factories/native-libraries.ts';
import { TOY_COLUMNS, toyClasses } from '../../factories/toy-classes.ts';

const PARAMETERS = { min_child_weight: 2, eta: 0.2, colsample_bytree: 1 };
const training = toyClasses(1_500, 1);
const places = Int32Array.from({ length: TOY_COLUMNS }, (_, at) => at);
const layout = {
  places,
  columns: TOY_COLUMNS,
  regimeStates: 2,
  calibration: { scale: [1.2, 1, 1], bias: [0, 0.1, 0] },
};

const request = (data: LabelledMatrix, threads: number, rounds = 30) => ({
  training: {
    ...data,
    features: data.values,
    weights: Float32Array.from(data.weights, (weight) => weight * 10),
  },
  validation: null,
  parameters: parameterText(PARAMETERS, 7, threads),
  rounds,
  earlyStoppingRounds: 1,
});

const thread = startThread('xgboost');
afterAll(() => thread[Symbol.dispose]());

let text: string;
let parsed: ParsedModel;
beforeAll(async () => {
  text = (await thread.train(request(training, 1))).text;
  parsed = parseModel(text);
});

const ask = (values: Float32Array, kind: 'raw' | 'leaf' | 'contribution', width: number) =>
  thread.predict({
    text,
    features: values,
    rows: values.length / TOY_COLUMNS,
    columns: TOY_COLUMNS,
    kind,
    width,
  });

describe('the trees of XGBoost', () => {
  it('decide as the library does on the edges of every decision', async () => {
    const { forest, leafOfNode } = parsed;
    const values = adversarialRows(thresholdsByColumn(forest), training, 3_000, seededUniform(2));
    const nodes = await ask(values, 'leaf', leafOfNode.length);
    const ours = leavesOf(forest, values, 3_000);
    const trees = leafOfNode.length;
    nodes.forEach((node, at) => {
      const [row, tree] = [Math.floor(at / trees), at % trees];
      expect(ours[row * (trees + 3) + 3 + tree]).toBe(leafOfNode[tree]![node]);
    });
  });

  it('would not, if thresholds were taken as they are', async () => {
    const { forest, leafOfNode } = parsed;
    const values = adversarialRows(thresholdsByColumn(forest), training, 3_000, seededUniform(2));
    const naive = {
      ...forest,
      threshold: forest.threshold.map((t) => Math.fround(t + Math.abs(t) * 2 ** -23)),
    };
    const nodes = await ask(values, 'leaf', leafOfNode.length);
    const ours = leavesOf(naive, values, 3_000);
    const trees = leafOfNode.length;
    const differing = nodes.filter((node, at) => {
      const [row, tree] = [Math.floor(at / trees), at % trees];
      return ours[row * (trees + 3) + 3 + tree] !== leafOfNode[tree]![node];
    });
    expect(differing.length).toBeGreaterThan(0);
  });

  it("add up to the library's scores within what float32 can add up", async () => {
    const library = await ask(training.values, 'raw', 3);
    walkRows(parsed.forest, training.values, training.rows).forEach((score, at) => {
      expect(Math.abs(score - library[at]!)).toBeLessThan(2e-6);
    });
  });

  it('are the same with one thread and with two', async () => {
    const many = toyClasses(20_000, 4);
    const [one, two] = [await thread.train(request(many, 1, 12)), await thread.train(request(many, 2, 12))];
    expect(parseModel(two.text)).toEqual(parseModel(one.text));
  });
});

describe('exact SHAP of XGBoost', () => {
  const rows = 100;
  const width = 3 * (TOY_COLUMNS + 1);

  it("equals the library's own contributions within float precision", async () => {
    const values = training.values.slice(0, rows * TOY_COLUMNS);
    const theirs = await ask(values, 'contribution', width);
    const shap = prepareShap(parsed.forest);
    for (let row = 0; row < rows; row += 1) {
      const ours = shapValues(shap, values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS));
      for (let at = 0; at < width; at += 1) {
        const [own, column] = [Math.floor(at / (TOY_COLUMNS + 1)), at % (TOY_COLUMNS + 1)];
        const value = column === TOY_COLUMNS ? shap.baseScores[own] : ours[own * TOY_COLUMNS + column];
        expect(Math.abs(value! - theirs[row * width + at]!)).toBeLessThan(5e-6);
      }
    }
  });

  it('adds up to the score in double', () => {
    const shap = prepareShap(parsed.forest);
    const scores = walkRows(parsed.forest, training.values, rows);
    for (let row = 0; row < rows; row += 1) {
      const ours = shapValues(shap, training.values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS));
      for (let own = 0; own < 3; own += 1) {
        const parts = ours.subarray(own * TOY_COLUMNS, (own + 1) * TOY_COLUMNS);
        const sum = parts.reduce((total, value) => total + value, shap.baseScores[own]!);
        expect(Math.abs(sum - scores[row * 3 + own]!)).toBeLessThan(1e-9);
      }
    }
  });
});

describe('the exported graph of XGBoost', () => {
  it('is exact on 20,000 ordinary and 20,000 adversarial rows', async () => {
    const family = xgBoostFamily({ searchPath: libraryFolder('xgboost'), workerFile: WORKER_FILE });
    const fitted = await family.fit({
      training,
      validation: null,
      parameters: PARAMETERS,
      rounds: 30,
      earlyStoppingRounds: 1,
      seed: 7,
      threads: 1,
    });
    const options = { count: 20_000, seed: 1, openSession };
    const report = await fitted.verifyExport(fitted.exportModel(layout), layout, training, options);
    family.close();
    expect(report).toMatchObject({ ordinaryRows: 20_000, adversarialRows: 20_000, leafMismatches: 0 });
    expect(report.worstScoreDifference).toBeLessThan(1e-12);
  });
});

describe('the library', () => {
  it('stops where the later rows get no better, and keeps the best rounds', async () => {
    const later = request(toyClasses(800, 9), 1).training;
    const watched = { ...request(training, 1, 500), validation: later, earlyStoppingRounds: 5 };
    const { rounds, validationLosses, text: cut } = await thread.train(watched);
    expect(validationLosses).toHaveLength(rounds + 5);
    expect(validationLosses[rounds - 1]).toBe(Math.min(...validationLosses));
    expect(parseModel(cut).leafOfNode).toHaveLength(rounds * 3);
  });

  it('passes on what the library says', async () => {
    const bad = thread.predict({ ...request(training, 1).training, text: 'no model', kind: 'raw', width: 3 });
    await expect(bad).rejects.toThrow(/XGBoosterLoadModelFromBuffer: expected success, was: .+/);
  });

  it('says where it was looked for when it is absent', () => {
    const absent = xgBoostFamily({ searchPath: '/nowhere', workerFile: WORKER_FILE });
    expect(absent.availability()).toEqual({
      available: false,
      reason:
        'libxgboost.so: expected in one of the library folders, was absent from /nowhere; run layers/xgboost/build.ts',
    });
  });
});

describe('parameterText', () => {
  it('is sorted, and what the export needs cannot be changed', () => {
    const parts = parameterText({ max_depth: 3 }, 5, 2).split(' ');
    expect(parts).toEqual([...parts].sort());
    expect(parts).toEqual(expect.arrayContaining(['max_depth=3', 'seed=5', 'nthread=2', 'tree_method=hist']));
  });

  it.each([
    ['booster', 'dart'],
    ['num_parallel_tree', 4],
    ['enable_categorical', true],
    ['nthread', 8],
  ])('refuses %s', (name, value) => {
    expect(() => parameterText({ [name]: value }, 1, 1)).toThrow(RejectedInput);
    expect(() => parameterText({ [name]: value }, 1, 1)).toThrow(`was ${name}`);
  });
});
