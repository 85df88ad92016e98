import { afterAll, describe, expect, it } from 'vitest';
import { openExplainer } from '../../../models/families/explainer.ts';
import { rootMeanSquaredError } from '../../../models/families/root-mean-squared-error.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { xgBoostFamily } from '../../../models/xgboost/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated, RejectedInput } from '../../../shared/errors.ts';
import type {
  FittedMagnitude,
  MagnitudeLayout,
  MagnitudeRequest,
  MeasuredMatrix,
  ModelFamily,
  ModelParameters,
} from '../../../shared/ports/model-family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { toyAmounts } from '../../factories/toy-amounts.ts';
import { wideRows } from '../../factories/toy-classes.ts';

interface Case {
  readonly family: ModelFamily;
  readonly parameters: ModelParameters;
}

const CASES_OF_FAMILIES: readonly Case[] = [
  { family: linearFamily(), parameters: { l2: 1e-3 } },
  {
    family: lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE }),
    parameters: { min_data_in_leaf: 10, learning_rate: 0.15, lambda_l2: 0.1, feature_fraction: 1 },
  },
  {
    family: xgBoostFamily({ searchPath: libraryFolder('xgboost'), workerFile: WORKER_FILE }),
    parameters: { min_child_weight: 2, eta: 0.2, lambda: 0.1, colsample_bytree: 1 },
  },
];
const FAMILIES = CASES_OF_FAMILIES.map((one) => ({ ...one, name: one.family.name }));

const training = toyAmounts(1_200, 1);
const later = toyAmounts(600, 2);
const { matrix: wide, places } = wideRows(later);
const LAYOUT: MagnitudeLayout = { places, columns: wide.columns, regimeStates: 2 };

describe.each(FAMILIES)('a magnitude by the family $name', ({ family, parameters }) => {
  afterAll(() => family.close());
  const request: MagnitudeRequest = {
    ...{ training, validation: null, parameters, rounds: 60, earlyStoppingRounds: 5, seed: 7, threads: 1 },
  };
  const train = (changes: Partial<MagnitudeRequest> = {}) => family.fitMagnitude!({ ...request, ...changes });
  const withRows = (changes: Partial<MeasuredMatrix>) => train({ training: { ...training, ...changes } });
  let model: Promise<FittedMagnitude> | undefined;
  const fitted = () => {
    model ??= train();
    return model;
  };

  it('learns what can be learnt, and says how', async () => {
    const { rounds, card, validationLosses, values } = await fitted();
    const spread = rootMeanSquaredError(
      later.amounts.map(() => 10),
      later,
    );
    expect(rootMeanSquaredError(await values(later), later)).toBeLessThan(spread / 4);
    expect(rounds).toBeGreaterThanOrEqual(1);
    expect(validationLosses).toEqual([]);
    expect(Object.keys(card).length).toBeGreaterThan(1);
  });

  it('measures its loss on later rows as what it is, and stops by it', async () => {
    const watched = await train({ validation: later, rounds: 300 });
    const best = Math.min(...watched.validationLosses);
    expect(rootMeanSquaredError(await watched.values(later), later)).toBeCloseTo(best, 3);
    expect(watched.rounds).toBeLessThan(300);
  });

  it('respects weights: rows that weigh nothing are not there', async () => {
    const isOdd = (row: number) => row % 2 === 1;
    const weights = training.weights.map((weight, row) => (isOdd(row) ? 0 : weight));
    const amounts = training.amounts.map((amount, row) => (isOdd(row) ? 1e6 : amount));
    const values = await (await withRows({ weights, amounts })).values(later);
    expect(rootMeanSquaredError(values, later)).toBeLessThan(1);
  });

  it('exports a graph that answers as it does, and is held to it', async () => {
    const exported = (await fitted()).exportModel(LAYOUT);
    const session = await openSession(exported.onnx);
    const { rawScores, probabilities } = await session.run(splitColumns(wide, 2));
    await session.close();
    expect(probabilities).toHaveLength(0);
    const own = await (await fitted()).values(later);
    expect(rawScores).toHaveLength(own.length);
    rawScores.forEach((value, at) => {
      expect(Math.abs(value - own[at]!)).toBeLessThan(1e-6);
    });
    const options = { count: 2_000, seed: 3, openSession };
    const report = await (await fitted()).verifyExport(exported, LAYOUT, wide, options);
    expect(report).toMatchObject({ ordinaryRows: 2_000, adversarialRows: 2_000, leafMismatches: 0 });
    expect(report.worstScoreDifference).toBeLessThan(1e-9);
  });

  it('refuses a graph that is not its own', async () => {
    const other = (await train({ training: later })).exportModel(LAYOUT);
    const options = { count: 200, seed: 3, openSession };
    await expect((await fitted()).verifyExport(other, LAYOUT, wide, options)).rejects.toThrow(
      InvariantViolated,
    );
  });

  it('is explained exactly: base and contributions add up to the amount', async () => {
    const explain = openExplainer(family.name, (await fitted()).exportModel(LAYOUT).files);
    const own = await (await fitted()).values(later);
    for (const row of [0, 7, 100, 599]) {
      const { baseScores, contributions } = explain(
        wide.values.subarray(row * wide.columns, (row + 1) * wide.columns),
      );
      expect([baseScores.length, contributions.length]).toEqual([1, wide.columns]);
      const sum = contributions.reduce((total, part) => total + part, baseScores[0]!);
      expect(Math.abs(sum - own[row]!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(own[row]!)));
    }
  });

  it('gives the same bytes for the same request', async () => {
    const bytes = async (one: FittedMagnitude) => one.exportModel(LAYOUT).onnx;
    const first = await bytes(await fitted());
    expect(await bytes(await train())).toEqual(first);
    expect(await bytes(await train({ threads: 2 }))).toEqual(first);
  });

  it('is cancelled before it begins', async () => {
    const signal = AbortSignal.abort(new Error('not wanted'));
    await expect(train({ signal })).rejects.toThrow('not wanted');
  });

  const CASES: [string, Partial<MeasuredMatrix>, string][] = [
    ['one amount', { amounts: training.amounts.map(() => 3) }, 'expected amounts that differ, was 3 only'],
    ['no amount', { amounts: training.amounts.map(() => Number.NaN) }, 'expected finite amounts, was NaN'],
    ['no row that weighs', { weights: new Float64Array(training.rows) }, 'rows: expected at least 10'],
    ['constant features', { values: training.values.map(() => 3) }, 'was 7 constant or missing'],
  ];
  it.each(CASES)('says why it cannot learn: %s', async (_, changes, reason) => {
    const failure = await withRows(changes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RejectedInput);
    expect((failure as Error).message).toContain(reason);
  });
});
