import { afterAll, describe, expect, it } from 'vitest';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { InvariantViolated } from '../../../shared/errors.ts';
import type { FitRequest, LabelledMatrix } from '../../../shared/ports/model-family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { COLUMNS, trainingRows } from '../../factories/trained-forest.ts';

const values = trainingRows(400, 1);
const training: LabelledMatrix = {
  values,
  rows: 400,
  columns: COLUMNS,
  labels: Int32Array.from({ length: 400 }, (_, row) => (values[row * COLUMNS]! > 0.1 ? 2 : row % 2)),
  weights: new Float64Array(400).fill(0.1),
  sessions: new Int32Array(400),
};
const request: FitRequest = {
  training,
  validation: null,
  parameters: { min_data_in_leaf: 10 },
  rounds: 5,
  earlyStoppingRounds: 1,
  seed: 1,
  threads: 1,
};

describe('the lightgbm family', () => {
  const family = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
  afterAll(() => family.close());

  it('is available with its library', () => {
    expect(family.name).toBe('lightgbm');
    expect(family.availability()).toEqual({ available: true });
  });

  it('reports each round and learns what there is', async () => {
    const rounds: number[] = [];
    const model = await family.fit({ ...request, onRound: (round) => rounds.push(round) });
    expect(rounds).toEqual([1, 2, 3, 4, 5]);
    expect(model.rounds).toBe(5);
    const scores = await model.rawScores(training);
    const buys = training.labels.reduce(
      (sum, label, row) => sum + (label === 2 && scores[row * 3 + 2]! > scores[row * 3]! ? 1 : 0),
      0,
    );
    expect(buys).toBe(training.labels.filter((label) => label === 2).length);
  });

  it('works again after it was closed', async () => {
    family.close();
    expect((await family.fit(request)).rounds).toBe(5);
  });

  it('learns less from rows that weigh less', async () => {
    const ignored = {
      ...training,
      weights: training.weights.map((_, row) => (training.labels[row] === 2 ? 1e-6 : 1)),
    };
    const scores = await (await family.fit({ ...request, training: ignored })).rawScores(training);
    const buy = Array.from(scores).filter((_, at) => at % 3 === 2);
    expect(Math.max(...buy)).toBeLessThan(-5);
  });

  it('says why it cannot be used', async () => {
    const absent = lightGbmFamily({ searchPath: '', workerFile: WORKER_FILE });
    expect(absent.availability()).toMatchObject({
      available: false,
      reason: expect.stringContaining('an empty search path'),
    });
    await expect(absent.fit(request)).rejects.toThrow(InvariantViolated);
    absent.close();
  });
});
