import { describe, expect, it } from 'vitest';
import { openExplainer } from '../../../models/families/explainer.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { readLinear } from '../../../models/linear/linear-model.ts';
import { InvariantViolated } from '../../../shared/errors.ts';
import { TOY_COLUMNS, toyClasses } from '../../factories/toy-classes.ts';

const rows = toyClasses(400, 5);
const fitting = linearFamily().fit({
  training: rows,
  validation: null,
  parameters: {},
  rounds: 1,
  earlyStoppingRounds: 1,
  seed: 1,
  threads: 1,
});
const layout = {
  places: Int32Array.from({ length: TOY_COLUMNS }, (_, at) => at),
  columns: TOY_COLUMNS,
  regimeStates: 0,
  calibration: { scale: [1, 1, 1], bias: [0, 0, 0] },
};

describe('the explanation of a linear bundle', () => {
  it('adds up to the raw score on every row, gaps and infinities among them', async () => {
    const model = await fitting;
    const explainer = openExplainer('linear', model.exportModel(layout).files);
    const scores = await model.rawScores(rows);
    for (let row = 0; row < rows.rows; row += 1) {
      const { contributions: values, baseScores } = explainer(
        rows.values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS),
      );
      for (let own = 0; own < 3; own += 1) {
        const parts = values.subarray(own * TOY_COLUMNS, (own + 1) * TOY_COLUMNS);
        const sum = parts.reduce((total, value) => total + value, baseScores[own]!);
        expect(sum).toBeCloseTo(scores[row * 3 + own]!, 11);
      }
    }
  });

  it('is the weight times the distance from the mean, and starts from the mean score', async () => {
    const model = await fitting;
    const { files } = model.exportModel(layout);
    const explainer = openExplainer('linear', files);
    const { weights, mean, scale, termColumns } = readLinear(
      new TextDecoder().decode(files.get('linear.json')),
    );
    const row = Float32Array.of(0.25, -0.125, 0.375, 0.0625, 7, Number.NaN, 0);
    const { contributions: values, baseScores } = explainer(row);
    for (const column of [0, 1, 2]) {
      const term = termColumns.indexOf(column);
      expect(values[column]).toBeCloseTo((weights[term]! / scale[term]!) * (row[column]! - mean[term]!), 12);
    }
    expect(values[4]).toBe(0);
    const scores = await model.rawScores(rows);
    const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
    for (let own = 0; own < 3; own += 1) {
      const weighted = rows.weights.reduce((sum, weight, at) => sum + weight * scores[at * 3 + own]!, 0);
      expect(weighted / total).toBeCloseTo(baseScores[own]!, 10);
    }
  });
});

describe('openExplainer', () => {
  it('refuses a bundle without any of the files that explain, and names them', () => {
    const opening = () => openExplainer('oracle', new Map([['model.onnx', new Uint8Array()]]));
    expect(opening).toThrow(InvariantViolated);
    expect(opening).toThrow(
      'trees.json or linear.json or mixture.json or stacked.json: expected in a bundle of oracle, was absent; it cannot be explained',
    );
  });
});
