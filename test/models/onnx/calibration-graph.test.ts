import { describe, expect, it } from 'vitest';
import { node, tensor } from '../../../models/onnx/build.ts';
import { INPUTS, RAW_SCORES, type ScoreGraph, writeClassifier } from '../../../models/onnx/classifier.ts';
import { compareScores } from '../../../models/onnx/compare-scores.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import {
  CALIBRATION_KINDS,
  type Calibration,
  type CalibrationForm,
} from '../../../shared/domain/training/calibration.ts';
import { fitCalibration } from '../../../shared/domain/training/fit-calibration.ts';
import { InvariantViolated } from '../../../shared/errors.ts';
import type { Matrix } from '../../../shared/ports/model-family.ts';
import { affine, oneFold } from '../../factories/distorted-scores.ts';

const STATES = 4;
const COLUMNS = 3 + STATES;
const ROWS = oneFold({
  sessions: 40,
  rowsPerSession: 100,
  seed: 5,
  truth: {
    ...affine(1),
    regimes: [affine(0.4, 0.3), affine(0.8, -0.4), affine(1.2), affine(1.7, 0.6)],
  },
});

/** A model whose raw scores are its first three columns. */
function scoresAsTheyCome(columns: number): ScoreGraph {
  return {
    columns,
    node: [node('Gather', [INPUTS, 'score_places'], RAW_SCORES, [{ name: 'axis', i: 1, type: 2 }])],
    initializer: [tensor('score_places', BigInt64Array.of(0n, 1n, 2n))],
  };
}

const sample: Matrix = (() => {
  const rows = ROWS.labels.length;
  const values = new Float32Array(rows * COLUMNS);
  for (let row = 0; row < rows; row += 1) {
    values.set(ROWS.rawScores.subarray(3 * row, 3 * row + 3), row * COLUMNS);
    const chances = ROWS.regimes!.chances as Float64Array;
    values.set(chances.subarray(STATES * row, STATES * row + STATES), row * COLUMNS + 3);
  }
  return { values, rows, columns: COLUMNS };
})();

/** Where the graph bends: scores alike, and chances of nothing, all and more. */
const EDGES = Array.from({ length: COLUMNS }, (_, column) =>
  column < 3 ? [-40, -1, 0, 1, 40] : [0, 0.5, 1, 2],
);

async function compare(
  calibration: CalibrationForm,
  {
    states = STATES,
    count = 20_000,
    graph = calibration,
  }: { states?: number; count?: number; graph?: CalibrationForm } = {},
) {
  const columns = 3 + states;
  const values = new Float32Array(sample.rows * columns);
  for (let row = 0; row < sample.rows; row += 1) {
    values.set(sample.values.subarray(row * COLUMNS, row * COLUMNS + columns), row * columns);
  }
  const session = await openSession(writeClassifier(scoresAsTheyCome(columns), states, graph));
  try {
    return await compareScores({
      oracle: { rawScores: async (matrix) => firstThree(matrix) },
      edges: EDGES.slice(0, columns),
      session,
      regimeStates: states,
      calibration,
      sample: { values, rows: sample.rows, columns },
      count,
      seed: 9,
      // A model has a score for every row; its regime may be anything.
      constrain: (rows) => {
        rows.forEach((value, at) => {
          if (at % columns < 3 && Number.isNaN(value)) rows[at] = 0;
        });
      },
    });
  } finally {
    await session.close();
  }
}

const firstThree = ({ values, rows, columns }: Matrix) =>
  Float64Array.from(
    { length: 3 * rows },
    (_, at) => values[Math.floor(at / 3) * columns + (at % 3)] as number,
  );

describe('the calibration of a graph', () => {
  it.each(CALIBRATION_KINDS)('is that of the definition: %s', async (kind) => {
    const calibration = fitCalibration(ROWS, kind, STATES);
    expect(calibration.kind).toBe(kind);
    const report = await compare(calibration);
    expect(report).toMatchObject({ ordinaryRows: 20_000, adversarialRows: 20_000, worstScoreDifference: 0 });
    expect(report.worstProbabilityDifference).toBeLessThan(1e-12);
  });

  it('does without a regime what a kind per regime does where none is known', async () => {
    for (const kind of ['platt per regime', 'isotonic per regime'] as const) {
      const calibration = fitCalibration(ROWS, kind, STATES);
      const report = await compare(calibration, { states: 0, count: 2_000 });
      expect(report.worstProbabilityDifference).toBeLessThan(1e-12);
    }
  });

  it('can be a constant, or steep', async () => {
    const constant = { hold: { at: [0.3], values: [0.2] }, direction: { at: [0.5], values: [0.5] } };
    const steep = {
      hold: { at: [0.3, 0.3001, 0.6], values: [0.01, 0.6, 0.61] },
      direction: { at: [0.4999, 0.5, 0.5001], values: [0.1, 0.5, 0.9] },
    };
    const plain = affine(1);
    const forms: CalibrationForm[] = [
      { ...plain, isotonic: constant },
      { ...plain, isotonic: steep },
      {
        ...plain,
        isotonic: constant,
        regimes: [steep, constant, steep, constant].map((isotonic) => ({ ...affine(0.9), isotonic })),
      },
    ];
    for (const form of forms) {
      expect((await compare(form, { count: 2_000 })).worstProbabilityDifference).toBeLessThan(1e-10);
    }
  });

  it('is refused when it is another', async () => {
    const calibration: Calibration = fitCalibration(ROWS, 'isotonic per regime', STATES);
    const regimes = calibration.regimes!.map((part, state) =>
      state === 2 ? { ...part, isotonic: calibration.isotonic } : part,
    );
    await expect(compare(calibration, { count: 500, graph: { ...calibration, regimes } })).rejects.toThrow(
      InvariantViolated,
    );
    const platt = fitCalibration(ROWS, 'platt per regime', STATES);
    const swapped = { ...platt, regimes: [...platt.regimes!].reverse() };
    await expect(compare(platt, { count: 500, graph: swapped })).rejects.toThrow(InvariantViolated);
  });
});
