import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModel } from '../../../models/lightgbm/parse-model.ts';
import { writeClassifier } from '../../../models/onnx/classifier.ts';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { adversarialRows } from '../../../models/onnx/probe-rows.ts';
import { checkExactness, thresholdsByColumn } from '../../../models/trees/exactness.ts';
import { type Forest, moveColumns, readForest, writeForest } from '../../../models/trees/forest.ts';
import { forestGraph } from '../../../models/trees/forest-graph.ts';
import { shapValues } from '../../../models/trees/shap.ts';
import { prepareShap } from '../../../models/trees/shap-forest.ts';
import { leavesOf, walkRows } from '../../../models/trees/walk.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { Matrix } from '../../../shared/ports/model-family.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { softmaxRows } from '../../../shared/stats/softmax-rows.ts';
import { startThread } from '../../factories/native-libraries.ts';
import { COLUMNS, trainingRows, trainText } from '../../factories/trained-forest.ts';

const engine = startThread();
afterAll(() => engine[Symbol.dispose]());

let text: string;
let forest: Forest;
beforeAll(async () => {
  text = await trainText(engine, 40);
  forest = parseModel(text);
});

const calibration = { scale: [1.1, 0.9, 1], bias: [0.1, -0.2, 0] };
const sample: Matrix = { values: trainingRows(500, 3), rows: 500, columns: COLUMNS };
const ask = (matrix: Matrix, kind: 'raw' | 'leaf' | 'contribution', width: number) =>
  engine.predict({ text, features: matrix.values, rows: matrix.rows, columns: COLUMNS, kind, width });
const oracle = () => ({
  leaves: (matrix: Matrix) => ask(matrix, 'leaf', forest.roots.length),
  rawScores: (matrix: Matrix) => ask(matrix, 'raw', 3),
});

describe('the exactness gate', () => {
  const check = async (changed: Partial<Forest>, onnx?: Uint8Array) => {
    const own = { ...forest, ...changed };
    const session = await openSession(onnx ?? writeClassifier(forestGraph(own), 2, calibration));
    try {
      return await checkExactness({
        forest: own,
        oracle: oracle(),
        session,
        regimeStates: 2,
        calibration,
        sample,
        count: 3_000,
        seed: 1,
      });
    } finally {
      await session.close();
    }
  };

  it('passes the export as it is', async () => {
    const report = await check({});
    expect(report).toMatchObject({ ordinaryRows: 3_000, adversarialRows: 3_000, leafMismatches: 0 });
    expect(report.worstScoreDifference).toBeLessThan(1e-12);
    expect(report.worstProbabilityDifference).toBeLessThan(1e-12);
  });

  it('catches a threshold that is one float32 off', async () => {
    const threshold = forest.threshold.map((value) => (value === 0 ? value : value * (1 + 2 ** -23)));
    await expect(check({ threshold })).rejects.toThrow(/export: expected leaf \d+ in tree \d+ on row \d+ of/);
  });

  it('catches missing values that go the other way', async () => {
    const missingLeft = forest.missingLeft.map((left) => 1 - left);
    await expect(check({ missingLeft })).rejects.toThrow(/adversarialRows|ordinaryRows/);
  });

  it('catches a graph with other leaves than the trees', async () => {
    const leafValue = forest.leafValue.map((value, leaf) => (leaf === 5 ? value + 1e-6 : value));
    const onnx = writeClassifier(forestGraph({ ...forest, leafValue }), 2, calibration);
    await expect(check({}, onnx)).rejects.toThrow(/expected the library's scores/);
  });

  it('catches a graph with another calibration', async () => {
    const onnx = writeClassifier(forestGraph(forest), 2, { ...calibration, bias: [0.1, -0.2, 0.001] });
    await expect(check({}, onnx)).rejects.toThrow(/in probability/);
  });
});

describe('the adversarial rows', () => {
  it('would catch the zero bound being ignored', async () => {
    const values = adversarialRows(thresholdsByColumn(forest), sample, 2_000, seededUniform(2));
    const leaves = await ask({ values, rows: 2_000, columns: COLUMNS }, 'leaf', forest.roots.length);
    const naive = text
      .split('\n')
      .filter((line) => line.startsWith('threshold='))
      .flatMap((line) => line.slice(10).split(' ').map(Number));
    const unsnapped = leavesOf({ ...forest, threshold: Float64Array.from(naive) }, values, 2_000);
    expect(leavesOf(forest, values, 2_000)).toEqual(Int32Array.from(leaves));
    expect(unsnapped).not.toEqual(Int32Array.from(leaves));
  });

  it('hold NaN, both zeros, subnormals and thresholds', () => {
    const values = adversarialRows(thresholdsByColumn(forest), sample, 500, seededUniform(3));
    expect(values.some(Number.isNaN)).toBe(true);
    for (const wanted of [0, -0, 2 ** -149, 3.4028234663852886e38])
      expect(values.some((value) => Object.is(value, wanted))).toBe(true);
    expect(values.some((value) => forest.threshold.includes(value))).toBe(true);
  });
});

describe('the ONNX graph', () => {
  it('gives calibrated probabilities, with or without a regime', async () => {
    const scores = walkRows(forest, sample.values, sample.rows);
    const expected = softmaxRows(
      scores.map((score, at) => score * calibration.scale[at % 3]! + calibration.bias[at % 3]!),
      3,
    );
    for (const states of [0, 3]) {
      const session = await openSession(writeClassifier(forestGraph(forest), states, calibration));
      const { probabilities, rawScores } = await session.run(splitColumns(sample, states));
      expect(rawScores).toEqual(scores);
      probabilities.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at] as number, 12);
      });
      await session.close();
    }
  });

  it('carries trees that are single leaves', async () => {
    const stumps: Forest = {
      ...forest,
      roots: Int32Array.of(~0, ~1, ~2),
      treeClasses: Int32Array.of(0, 1, 2),
      firstLeaves: Int32Array.of(0, 1, 2),
      feature: new Int32Array(0),
      threshold: new Float64Array(0),
      missingLeft: new Uint8Array(0),
      left: new Int32Array(0),
      right: new Int32Array(0),
      leafValue: Float64Array.of(-1, 0.5, 0.25),
      leafCover: Float64Array.of(1, 1, 1),
    };
    const session = await openSession(
      writeClassifier(forestGraph(stumps), 0, { scale: [1, 1, 1], bias: [0, 0, 0] }),
    );
    const { rawScores } = await session.run({
      rows: 1,
      features: new Float32Array(COLUMNS),
      regime: new Float32Array(0),
    });
    expect([...rawScores]).toEqual([-1, 0.5, 0.25]);
    await session.close();
  });

  it('is the same bytes for the same forest', () => {
    expect(writeClassifier(forestGraph(forest), 2, calibration)).toEqual(
      writeClassifier(forestGraph(parseModel(text)), 2, calibration),
    );
  });
});

describe('forests as JSON', () => {
  it('come back bit for bit', () => {
    expect(readForest(writeForest(forest))).toEqual(forest);
  });

  it('answer the same with their columns elsewhere', () => {
    const moved = moveColumns(
      forest,
      Int32Array.from({ length: COLUMNS }, (_, at) => 2 * at + 1),
      2 * COLUMNS,
    );
    const spread = Float32Array.from({ length: sample.rows * 2 * COLUMNS }, (_, at) =>
      at % 2 === 0 ? 99 : (sample.values[(at - 1) / 2] as number),
    );
    expect(walkRows(moved, spread, sample.rows)).toEqual(walkRows(forest, sample.values, sample.rows));
  });
});

describe('exact SHAP', () => {
  const rows = 60;
  const width = 3 * (COLUMNS + 1);

  it("equals the library's own contributions within 1e-9", async () => {
    const values = sample.values.slice(0, rows * COLUMNS);
    const theirs = await ask({ values, rows, columns: COLUMNS }, 'contribution', width);
    const shap = prepareShap(forest);
    for (let row = 0; row < rows; row += 1) {
      const ours = shapValues(shap, values.subarray(row * COLUMNS, (row + 1) * COLUMNS));
      for (let at = 0; at < width; at += 1) {
        const [own, column] = [Math.floor(at / (COLUMNS + 1)), at % (COLUMNS + 1)];
        const value = column === COLUMNS ? shap.baseScores[own] : ours[own * COLUMNS + column];
        expect(Math.abs((value as number) - (theirs[row * width + at] as number))).toBeLessThan(1e-9);
      }
    }
  });

  it('adds up to the score on ordinary and on adversarial rows', () => {
    const shap = prepareShap(forest);
    const values = Float32Array.of(
      ...sample.values.slice(0, 50 * COLUMNS),
      ...adversarialRows(thresholdsByColumn(forest), sample, 50, seededUniform(4)),
    );
    const scores = walkRows(forest, values, 100);
    for (let row = 0; row < 100; row += 1) {
      const ours = shapValues(shap, values.subarray(row * COLUMNS, (row + 1) * COLUMNS));
      for (let own = 0; own < 3; own += 1) {
        const sum = ours
          .subarray(own * COLUMNS, (own + 1) * COLUMNS)
          .reduce((total, value) => total + value, shap.baseScores[own] as number);
        expect(Math.abs(sum - (scores[row * 3 + own] as number))).toBeLessThan(1e-9);
      }
    }
  });

  it('is what averaging over all orders of features gives', () => {
    const small = bruteForceForest();
    const row = [0.3, 2];
    // Exact by hand: four terms, expectations by the shares of training rows.
    const value = (known: readonly boolean[]): number => {
      const left = known[0] ? (row[0]! <= 0.5 ? 1 : 0) : 0.4;
      const up = known[1] ? (row[1]! <= 1 ? 1 : 0) : 0.25;
      return left * (up * 10 + (1 - up) * 20) + (1 - left) * -6;
    };
    const first =
      0.5 * (value([true, false]) - value([false, false])) +
      0.5 * (value([true, true]) - value([false, true]));
    const second =
      0.5 * (value([false, true]) - value([false, false])) +
      0.5 * (value([true, true]) - value([true, false]));
    const ours = shapValues(prepareShap(small), row);
    expect(ours[0]).toBeCloseTo(first, 12);
    expect(ours[1]).toBeCloseTo(second, 12);
  });
});

/** One tree: x0 <= 0.5 (4 of 10 rows) ? (x1 <= 1 (1 of 4) ? 10 : 20) : -6. */
function bruteForceForest(): Forest {
  return {
    classes: 1,
    columns: 2,
    roots: Int32Array.of(0),
    treeClasses: Int32Array.of(0),
    firstLeaves: Int32Array.of(0),
    feature: Int32Array.of(0, 1),
    threshold: Float64Array.of(0.5, 1),
    missingLeft: Uint8Array.of(0, 0),
    left: Int32Array.of(1, ~0),
    right: Int32Array.of(~2, ~1),
    leafValue: Float64Array.of(10, 20, -6),
    leafCover: Float64Array.of(1, 3, 6),
  };
}
