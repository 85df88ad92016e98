import { afterAll, describe, expect, it } from 'vitest';
import { openExplainer } from '../../../models/families/explainer.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { fitPerRegime } from '../../../models/mixture/fit.ts';
import { xgBoostFamily } from '../../../models/xgboost/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated, RejectedInput } from '../../../shared/errors.ts';
import type {
  ExportLayout,
  FitRequest,
  LabelledMatrix,
  ModelFamily,
} from '../../../shared/ports/model-family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { REGIME_FEATURES, regimeClasses } from '../../factories/regime-classes.ts';
import { accuracy } from '../../factories/toy-classes.ts';

const HALVES = [0.5, 0.5];
const training = regimeClasses(2_400, HALVES, 1);
const later = regimeClasses(1_000, HALVES, 2);
const boosted = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
const xgboost = xgBoostFamily({ searchPath: libraryFolder('xgboost'), workerFile: WORKER_FILE });
afterAll(() => {
  boosted.close();
  xgboost.close();
});

const request = (changes: Partial<FitRequest> = {}): FitRequest => ({
  ...{ training, validation: null, parameters: {}, rounds: 20, earlyStoppingRounds: 5 },
  ...{ seed: 7, threads: 1, ...changes },
});

/** A bundle with one column more than was fitted, in front. */
const LAYOUT: ExportLayout = {
  places: Int32Array.from({ length: training.columns }, (_, at) => at + 1),
  columns: training.columns + 1,
  regimeStates: 2,
  calibration: { scale: [1.2, 1.2, 1.2], bias: [0, 0.1, 0] },
};
const wide = ({ values, rows, columns }: LabelledMatrix) => {
  const spread = new Float32Array(rows * (columns + 1));
  for (let row = 0; row < rows; row += 1) {
    spread.set(values.subarray(row * columns, (row + 1) * columns), row * (columns + 1) + 1);
  }
  return { values: spread, rows, columns: columns + 1 };
};
const options = { count: 300, seed: 5, openSession };

describe.each<ModelFamily>([linearFamily(), boosted, xgboost])('a model per regime of $name', (family) => {
  it('learns a rule that turns round with the regime', async () => {
    const model = await fitPerRegime(family, request(), 2);
    expect(model.card).toMatchObject({ members: 2, member_of_state: '0 1' });
    expect(accuracy(await model.rawScores(later), later)).toBeGreaterThan(0.75);
    if (family.name !== 'linear') return;
    const plain = await family.fit(request());
    expect(accuracy(await plain.rawScores(later), later)).toBeLessThan(0.5);
  });

  it('is one exact graph, explained to the last score', async () => {
    const model = await fitPerRegime(family, request(), 2);
    const exported = model.exportModel(LAYOUT);
    const rows = wide(later);
    const found = await model.verifyExport(exported, LAYOUT, rows, options);
    expect(found).toMatchObject({ ordinaryRows: 300, adversarialRows: 300, leafMismatches: 0 });
    const scores = await model.rawScores(later);
    const explain = openExplainer(family.name, exported.files);
    for (let row = 0; row < 40; row += 1) {
      const own = rows.values.subarray(row * rows.columns, (row + 1) * rows.columns);
      const { baseScores, contributions } = explain(own);
      for (let at = 0; at < 3; at += 1) {
        const part = contributions.subarray(at * rows.columns, (at + 1) * rows.columns);
        const sum = part.reduce((total, value) => total + value, baseScores[at]!);
        expect(sum).toBeCloseTo(scores[row * 3 + at]!, 9);
      }
    }
  });

  it('is refused by the gate as another than it is', async () => {
    const model = await fitPerRegime(family, request(), 2);
    const other = await fitPerRegime(family, request({ training: regimeClasses(2_400, HALVES, 3) }), 2);
    const check = model.verifyExport(other.exportModel(LAYOUT), LAYOUT, wide(later), options);
    await expect(check).rejects.toThrow(InvariantViolated);
  });

  it('is the same again', async () => {
    const [once, again] = [
      await fitPerRegime(family, request(), 2),
      await fitPerRegime(family, request(), 2),
    ];
    expect(again.exportModel(LAYOUT)).toEqual(once.exportModel(LAYOUT));
    expect(again.card).toEqual(once.card);
  });
});

describe('states without enough of their own', () => {
  const family = linearFamily();

  it('share a model of all rows', async () => {
    const rare = regimeClasses(2_400, [0.5, 0.05, 0.4, 0.05], 4);
    const model = await fitPerRegime(family, request({ training: rare }), 4);
    expect(model.card).toMatchObject({ members: 3, member_of_state: '0 2 1 2' });
    const scores = await model.rawScores(rare);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  it('share it, too, when they miss a class that others see', async () => {
    const three = regimeClasses(2_400, [0.4, 0.3, 0.3], 4, 1);
    const { labels, values, columns } = three;
    const isSecond = (row: number) => values[row * columns + REGIME_FEATURES + 1] === 1;
    const noBuy = {
      ...three,
      labels: labels.map((label, row) => (isSecond(row) && label === 2 ? 1 : label)),
    };
    const whole = await fitPerRegime(family, request({ training: three }), 3);
    const lacking = await fitPerRegime(family, request({ training: noBuy }), 3);
    expect(whole.card['member_of_state']).toBe('0 1 2');
    expect(lacking.card['member_of_state']).toBe('0 2 1');
  });

  it('make the plain model when there is no other, or one state only', async () => {
    const few = regimeClasses(800, HALVES, 5);
    const plain = (await family.fit(request({ training: few }))).card;
    expect((await fitPerRegime(family, request({ training: few }), 2)).card).toEqual(plain);
    const single = regimeClasses(1_200, [1], 6);
    const one = await fitPerRegime(family, request({ training: single }), 1);
    expect(one.card).toEqual((await family.fit(request({ training: single }))).card);
  });

  it('say why nothing can be learnt, in the words of the family', async () => {
    const onlyHold = { ...training, labels: training.labels.map(() => 1) };
    const fit = fitPerRegime(family, request({ training: onlyHold }), 2);
    await expect(fit).rejects.toThrow(RejectedInput);
    await expect(fit).rejects.toThrow('target: expected at least two classes, was HOLD only');
  });
});

describe('early stopping', () => {
  it('looks at the rows of the state, and at all where those are few', async () => {
    const validation = regimeClasses(400, HALVES, 8);
    const model = await fitPerRegime(boosted, request({ validation, rounds: 60 }), 2);
    const rounds = String(model.card['rounds']).split(' ').map(Number);
    expect(rounds).toHaveLength(2);
    expect(model.rounds).toBe(Math.round((rounds[0]! + rounds[1]!) / 2));
    expect(model.validationLosses.at(-1)!).toBeLessThan(model.validationLosses[0]!);
    const seen: number[] = [];
    const watching: ModelFamily = {
      ...linearFamily(),
      fit(asked) {
        seen.push(asked.validation!.rows);
        return linearFamily().fit(asked);
      },
    };
    await fitPerRegime(watching, request({ validation: regimeClasses(300, [0.9, 0.1], 9, 1) }), 2);
    expect(seen[0]).toBeGreaterThan(250);
    expect(seen[0]).toBeLessThan(300);
    expect(seen[1]).toBe(300);
  });
});
