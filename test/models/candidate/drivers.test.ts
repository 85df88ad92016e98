import { afterAll, describe, expect, it } from 'vitest';
import { evenly, explainFitted, foldDrivers } from '../../../models/candidate/drivers.ts';
import { fittedMatrix } from '../../../models/candidate/fit-procedure.ts';
import { observationsOf } from '../../../models/candidate/observations.ts';
import { DEFAULT_OPTIONS } from '../../../models/candidate/train.ts';
import {
  planFolds,
  type WalkForward,
  walkForward,
  withoutModels,
} from '../../../models/candidate/walk-forward.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { CandidateOptions } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

const boosted = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
afterAll(() => boosted.close());

const data = observationsOf(
  marketRows({ sessions: 7, rowsPerSession: 100, features: 10, edge: 0.6, seed: 4 }),
);
const SEED = 7;

describe.each([boosted, linearFamily()])('what the folds of $name rest on', (family) => {
  const options: CandidateOptions = {
    ...DEFAULT_OPTIONS,
    rounds: 20,
    folds: 3,
    parameters: family === boosted ? { min_data_in_leaf: 20 } : {},
  };
  const judged = async () =>
    walkForward(data, planFolds(data, data.rows, false, options), options, SEED, { family, openSession });
  let forward: WalkForward;

  it("is each fold's own model's, exact to its raw scores", async () => {
    forward = await judged();
    for (const [at, fitted] of forward.fitted.entries()) {
      const rows = evenly(
        forward.rows.filter((_, place) => forward.fold[place] === at + 1),
        20,
      );
      const sample = explainFitted(data, family.name, fitted, forward.chosen, rows);
      const raw = await fitted.model.rawScores(fittedMatrix(data, fitted, rows));
      const width = sample.features.length;
      const sumOf = (row: number, one: number) =>
        sample.contributions
          .subarray((row * 3 + one) * width, (row * 3 + one + 1) * width)
          .reduce((sum, value) => sum + value, 0);
      // What is left of the score is the base, the same for every row.
      for (const one of [0, 1, 2]) {
        const base = raw[one]! - sumOf(0, one);
        for (const row of rows.keys()) expect(raw[row * 3 + one]! - sumOf(row, one)).toBeCloseTo(base, 9);
      }
    }
  });

  it('is led by the planted signal in every fold', () => {
    const drivers = foldDrivers(data, family.name, forward);
    expect(drivers.map(({ fold }) => fold)).toEqual(forward.folds.map(({ fold }) => fold));
    for (const { importance } of drivers) {
      expect(importance.slice(0, 3).map(({ feature }) => feature)).toContain('signal');
      expect(importance.find(({ feature }) => feature === 'constant')?.overall).toBe(0);
    }
  });

  it('is not known once the models were let go', () => {
    expect(foldDrivers(data, family.name, withoutModels(forward))).toEqual([]);
  });
});

describe('evenly', () => {
  it('spreads at most so many over all', () => {
    expect([...evenly(Int32Array.of(1, 2, 3, 4, 5, 6, 7), 3)]).toEqual([1, 4, 7]);
    expect([...evenly(Int32Array.of(1, 2), 3)]).toEqual([1, 2]);
    expect(evenly(Int32Array.from({ length: 1000 }), 150).length).toBeLessThanOrEqual(150);
  });
});
