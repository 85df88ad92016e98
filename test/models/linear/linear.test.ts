import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearFamily } from '../../../models/linear/family.ts';
import {
  type LinearModel,
  linearScores,
  readLinear,
  writeLinear,
} from '../../../models/linear/linear-model.ts';
import { largest, minimise } from '../../../models/linear/minimise.ts';
import { ridgeLogistic } from '../../../models/linear/ridge-logistic.ts';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { LabelledMatrix, ModelParameters } from '../../../shared/ports/model-family.ts';
import { softmaxRows } from '../../../shared/stats/softmax-rows.ts';
import { toyClasses } from '../../factories/toy-classes.ts';
import reference from './reference-weights.json' with { type: 'json' };

const REFERENCE_ROWS = 240;
const REFERENCE_COLUMNS = 5;

const train = (training: LabelledMatrix, parameters: ModelParameters = {}) =>
  linearFamily().fit({
    training,
    validation: null,
    parameters,
    rounds: 1,
    earlyStoppingRounds: 1,
    seed: 1,
    threads: 1,
  });

async function modelOf(training: LabelledMatrix, parameters?: ModelParameters): Promise<LinearModel> {
  const places = Int32Array.from({ length: training.columns }, (_, at) => at);
  const { files } = (await train(training, parameters)).exportModel({
    places,
    columns: training.columns,
    regimeStates: 0,
    calibration: { scale: [1, 1, 1], bias: [0, 0, 0] },
  });
  return readLinear(new TextDecoder().decode(files.get('linear.json')));
}

/** The rows of reference_weights.py, draw for draw. */
function referenceRows(): LabelledMatrix {
  let state = 20251204;
  const draw = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  const values = new Float32Array(REFERENCE_ROWS * REFERENCE_COLUMNS);
  const labels = new Int32Array(REFERENCE_ROWS);
  const weights = new Float64Array(REFERENCE_ROWS);
  for (let row = 0; row < REFERENCE_ROWS; row += 1) {
    const own = values.subarray(row * REFERENCE_COLUMNS, (row + 1) * REFERENCE_COLUMNS);
    for (let at = 0; at < REFERENCE_COLUMNS; at += 1) own[at] = draw() - 0.5;
    if (draw() < 0.15) own[2] = Number.NaN;
    const gap = Number.isNaN(own[2]) ? 0.4 : 0;
    const pull = own[0]! + 2 * own[1]! * own[3]! + gap + 0.6 * (draw() - 0.5);
    labels[row] = pull > 0.2 ? 2 : pull < -0.15 ? 0 : 1;
    weights[row] = 0.05 + draw();
  }
  const sessions = new Int32Array(REFERENCE_ROWS);
  return { values, rows: REFERENCE_ROWS, columns: REFERENCE_COLUMNS, labels, weights, sessions };
}

describe('beside scikit-learn', () => {
  const rows = referenceRows();

  it('has the same rows', () => {
    const counts = [0, 1, 2].map((own) => rows.labels.filter((label) => label === own).length);
    expect(counts).toEqual(reference.counts);
  });

  it.each(reference.fits)('finds the weights of LogisticRegression with a ridge of $l2', async (expected) => {
    const model = await modelOf(rows, { l2: expected.l2 });
    expected.weights.flat().forEach((weight, at) => {
      expect(Math.abs(model.weights[at]! - weight)).toBeLessThan(1e-6);
    });
    expected.bias.forEach((bias, own) => {
      expect(Math.abs(model.bias[own]! - bias)).toBeLessThan(1e-6);
    });
    const first = {
      values: rows.values.subarray(0, 3 * REFERENCE_COLUMNS),
      rows: 3,
      columns: REFERENCE_COLUMNS,
    };
    softmaxRows(linearScores(model, first), 3).forEach((chance, at) => {
      expect(Math.abs(chance - expected.first_probabilities.flat()[at]!)).toBeLessThan(1e-6);
    });
  });
});

describe('the fit', () => {
  it('ends where the gradient vanishes', async () => {
    const { card } = await train(toyClasses(2_000, 3), { l2: 1e-4 });
    expect(card['largest_gradient']).toBeLessThan(1e-8);
    expect(card['steps']).toBeLessThan(200);
  });

  it('ends even where a small ridge is all that keeps the weights finite', async () => {
    const rows = toyClasses(300, 3);
    const labels = rows.labels.map((_, row) => (rows.values[row * rows.columns]! > 0 ? 2 : 0));
    const { card } = await train({ ...rows, labels }, { l2: 1e-4 });
    expect(card['largest_gradient']).toBeLessThan(1e-8);
  });

  it('is the same at the start as at the base rates when nothing can be learnt from the columns', async () => {
    const rows = toyClasses(900, 3);
    const model = await modelOf({ ...rows, labels: rows.labels.map((_, row) => row % 3) }, { l2: 1e3 });
    model.bias.forEach((bias) => {
      expect(Math.abs(bias)).toBeLessThan(0.05);
    });
    model.weights.forEach((weight) => {
      expect(Math.abs(weight)).toBeLessThan(1e-3);
    });
  });

  it('is not moved by one infinite value', async () => {
    const rows = toyClasses(500, 3);
    const wild = Float32Array.from(rows.values);
    wild[0] = 3.4028234663852886e38;
    const [calm, shaken] = await Promise.all([modelOf(rows), modelOf({ ...rows, values: wild })]);
    expect(shaken.mean[0]).toBeCloseTo(calm.mean[0]!, 2);
    expect(shaken.scale[0]! / calm.scale[0]!).toBeCloseTo(1, 2);
    expect(shaken.high[0]).toBeLessThan(1);
  });

  it('gives a class without rows no chance', async () => {
    const rows = toyClasses(500, 3);
    const model = await modelOf({ ...rows, labels: rows.labels.map((label) => (label === 1 ? 2 : label)) });
    const chances = softmaxRows(linearScores(model, rows), 3);
    expect(Math.max(...chances.filter((_, at) => at % 3 === 1))).toBeLessThan(1e-12);
    expect(model.weights.subarray(model.termColumns.length, 2 * model.termColumns.length)).toEqual(
      new Float64Array(model.termColumns.length),
    );
  });

  it.each<ModelParameters>([{ l2: 0 }, { l2: -1 }, { l2: Number.NaN }, { l2: 'much' }, { num_leaves: 7 }])(
    'refuses %j',
    async (parameters) => {
      await expect(train(toyClasses(50, 1), parameters)).rejects.toThrow(RejectedInput);
    },
  );
});

describe('the gradient', () => {
  it('is the slope of the objective', () => {
    const data = {
      terms: Float64Array.of(0.5, -1, 1.5, 0.25, -2, 0.75),
      width: 2,
      classes: 3,
      labels: Int32Array.of(0, 2, 1),
      weights: Float64Array.of(0.5, 0.2, 0.3),
    };
    const { evaluate } = ridgeLogistic(data, 0.3);
    const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 9, maxLength: 9 }), fc.nat(8), (numbers, place) => {
        const point = Float64Array.from(numbers);
        const moved = (by: number) =>
          evaluate(point.map((value, at) => (at === place ? value + by : value))).value;
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        expect(evaluate(point).gradient[place]).toBeCloseTo(slope, 7);
      }),
    );
  });
});

describe('minimise', () => {
  const quadratic = (
    curvatures: readonly number[],
    precondition: (vector: Float64Array) => Float64Array,
  ) => ({
    evaluate: (point: Float64Array) => ({
      point,
      value: point.reduce((sum, x, at) => sum + (curvatures[at]! / 2) * (x - 1) ** 2, 0),
      gradient: point.map((x, at) => curvatures[at]! * (x - 1)),
    }),
    precondition,
    start: new Float64Array(curvatures.length),
    tolerance: 1e-10,
  });

  it('is done in one step when the preconditioner is the inverse Hessian', () => {
    const curvatures = [1, 100, 10_000];
    const steps = [
      ...minimise(quadratic(curvatures, (vector) => vector.map((v, at) => v / curvatures[at]!))),
    ];
    expect(steps).toHaveLength(1);
    expect(steps[0]!.point).toEqual(Float64Array.of(1, 1, 1));
  });

  it('gets there without one, downhill all the way', () => {
    const steps = [...minimise(quadratic([1, 30, 1_000], (vector) => Float64Array.from(vector)))];
    expect(largest(steps.at(-1)!.gradient)).toBeLessThanOrEqual(1e-10);
    steps.slice(1).forEach(({ value }, at) => {
      expect(value).toBeLessThanOrEqual(steps[at]!.value + 1e-13);
    });
  });

  it('takes no step at the optimum, and gives up where no step leads down', () => {
    const flat = { ...quadratic([1], (vector) => vector), start: Float64Array.of(1) };
    expect([...minimise(flat)]).toEqual([]);
    const uphill = { ...quadratic([1], (vector) => vector.map((value) => -value)) };
    expect([...minimise(uphill)]).toEqual([]);
  });
});

describe('linear.json', () => {
  it('comes back bit for bit', async () => {
    const model = await modelOf(toyClasses(200, 3));
    expect(readLinear(writeLinear(model))).toEqual(model);
  });
});

describe('the graph', () => {
  const onlyGaps: LabelledMatrix = {
    ...toyClasses(200, 3),
    values: Float32Array.from({ length: 200 * 7 }, (_, at) =>
      at % 7 === 0 && at % 3 === 0 ? Number.NaN : 1,
    ),
  };
  const noGaps: LabelledMatrix = {
    ...toyClasses(200, 3),
    values: toyClasses(200, 3).values.map((v) => v || 0),
  };

  it.each([
    ['without values that vary', onlyGaps],
    ['without gaps', noGaps],
  ])('carries a model %s', async (_, rows) => {
    const fitted = await train(rows);
    const places = Int32Array.from({ length: 7 }, (__, at) => at);
    const layout = {
      places,
      columns: 7,
      regimeStates: 0,
      calibration: { scale: [1, 1, 1], bias: [0, 0, 0] },
    };
    const session = await openSession(fitted.exportModel(layout).onnx);
    const { rawScores } = await session.run(splitColumns(rows, 0));
    await session.close();
    (await fitted.rawScores(rows)).forEach((score, at) => {
      expect(rawScores[at]).toBeCloseTo(score, 12);
    });
  });

  it('answers within 1e-9 on 20,000 rows of each kind', async () => {
    const rows = toyClasses(1_000, 3);
    const fitted = await train(rows, { l2: 1e-4 });
    const places = Int32Array.from({ length: 7 }, (_, at) => at);
    const layout = {
      places,
      columns: 7,
      regimeStates: 2,
      calibration: { scale: [1.2, 1, 1], bias: [0, 0.1, 0] },
    };
    const options = { count: 20_000, seed: 1, openSession };
    const report = await fitted.verifyExport(fitted.exportModel(layout), layout, rows, options);
    expect(report.ordinaryRows + report.adversarialRows).toBe(40_000);
    expect(report.worstScoreDifference).toBeLessThan(1e-12);
    expect(report.worstProbabilityDifference).toBeLessThan(1e-12);
  });
});
