import { afterAll, describe, expect, it } from 'vitest';
import { openExplainer } from '../../../models/families/explainer.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { fitPerRegime } from '../../../models/mixture/fit.ts';
import { stackedFamily } from '../../../models/stacked/family.ts';
import { equalShares } from '../../../models/stacked/level-one.ts';
import { parametersByMember } from '../../../models/stacked/parameters.ts';
import { stackOf } from '../../../models/stacked/stack.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated, RejectedInput } from '../../../shared/errors.ts';
import type {
  ExportLayout,
  FitRequest,
  LabelledMatrix,
  ModelFamily,
} from '../../../shared/ports/model-family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { TOY_COLUMNS, toyClasses } from '../../factories/toy-classes.ts';

const trees = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
const family = stackedFamily([trees, linearFamily()]);
afterAll(() => family.close());

const toy = toyClasses(1_200, 3);
const request: FitRequest = {
  training: toy,
  validation: null,
  parameters: { 'lightgbm.min_data_in_leaf': 10, 'linear.l2': 0.01 },
  rounds: 20,
  earlyStoppingRounds: 5,
  seed: 1,
  threads: 1,
};
const LAYOUT: ExportLayout = {
  places: Int32Array.from({ length: TOY_COLUMNS }, (_, at) => at),
  columns: TOY_COLUMNS,
  regimeStates: 0,
  calibration: { scale: [1, 1, 1], bias: [0, 0, 0] },
};
const stackIn = (files: ReadonlyMap<string, Uint8Array>) =>
  stackOf(JSON.parse(new TextDecoder().decode(files.get('stacked.json'))));

describe('a stack of trees and a linear model', () => {
  const fitting = family.fit(request);

  it('is explained exactly: contributions and base score add up to the raw score within 1e-9', async () => {
    const model = await fitting;
    const explain = openExplainer('stacked', model.exportModel(LAYOUT).files);
    const scores = await model.rawScores(toy);
    for (let row = 0; row < toy.rows; row += 7) {
      const parts = explain(toy.values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS));
      for (let own = 0; own < 3; own += 1) {
        const values = parts.contributions.subarray(own * TOY_COLUMNS, (own + 1) * TOY_COLUMNS);
        const sum = values.reduce((total, value) => total + value, parts.baseScores[own]!);
        expect(Math.abs(sum - scores[row * 3 + own]!)).toBeLessThan(1e-9);
      }
      // A constant column and one that is always missing explain nothing.
      for (const at of [4, 5]) expect(parts.contributions[at]).toBe(0);
    }
  });

  it('has members that are those of their families, fitted on all rows', async () => {
    const { members } = stackIn((await fitting).exportModel(LAYOUT).files);
    const alone = await linearFamily().fit({ ...request, parameters: { l2: 0.01 } });
    expect(members.map(({ kind }) => kind)).toEqual(['trees', 'linear']);
    const linear = JSON.parse(new TextDecoder().decode(alone.exportModel(LAYOUT).files.get('linear.json')));
    expect(members[1]).toMatchObject({ model: { weights: Float64Array.from(linear.weights) } });
  });

  it('leans on the member that knows: a linear problem is left to the linear model', async () => {
    const { weights } = stackIn((await fitting).exportModel(LAYOUT).files);
    const pull = (member: number) =>
      [0, 1, 2].reduce((sum, own) => sum + weights[own * 6 + member * 3 + own]!, 0);
    expect(pull(1)).toBeGreaterThan(0);
    expect((await fitting).card).toMatchObject({
      members: 'lightgbm linear',
      level_1: 'ridge multinomial on log-probabilities',
      level_1_rows: 1_200,
      'lightgbm.rounds': 20,
      'linear.l2': 0.01,
    });
  });

  it('counts its members alike where there is one session only', async () => {
    const model = await family.fit({ ...request, training: { ...toy, sessions: new Int32Array(toy.rows) } });
    expect(model.card).toMatchObject({ level_1: 'equal shares', level_1_rows: 0 });
    expect(stackIn(model.exportModel(LAYOUT).files)).toMatchObject(equalShares(2));
  });

  it('lets no row be scored by members that saw its session', async () => {
    const seen: [Set<number>, LabelledMatrix][] = [];
    const watched: ModelFamily = {
      ...linearFamily(),
      fit(asked) {
        seen.push([new Set(asked.training.sessions), asked.training]);
        return linearFamily().fit(asked);
      },
    };
    await stackedFamily([watched]).fit({ ...request, parameters: { 'linear.l2': 0.01 } });
    const [whole, ...blocks] = seen;
    expect(whole?.[0].size).toBe(12);
    expect(blocks).toHaveLength(5);
    // Two or three sessions are scored, and one on either side is left out.
    for (const [sessions] of blocks) expect(sessions.size).toBeLessThanOrEqual(9);
  });

  it('can be the model of a regime, in one graph that is proved', async () => {
    const states = 2;
    const values = new Float32Array(toy.rows * (TOY_COLUMNS + states));
    for (let row = 0; row < toy.rows; row += 1) {
      values.set(
        toy.values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS),
        row * (TOY_COLUMNS + states),
      );
      values.set(row % 2 === 0 ? [0.9, 0.1] : [0.2, 0.8], row * (TOY_COLUMNS + states) + TOY_COLUMNS);
    }
    const training = { ...toy, values, columns: TOY_COLUMNS + states };
    const model = await fitPerRegime(family, { ...request, training, rounds: 5 }, states);
    expect(model.card['members']).toBe(2);
    const layout = {
      ...LAYOUT,
      places: Int32Array.from({ length: training.columns }, (_, at) => at),
      columns: training.columns,
      regimeStates: states,
    };
    const exported = model.exportModel(layout);
    const report = await model.verifyExport(exported, layout, training, { count: 500, seed: 2, openSession });
    expect(report.worstScoreDifference).toBeLessThan(1e-9);
    const explain = openExplainer('stacked', exported.files);
    const scores = await model.rawScores(training);
    const { baseScores, contributions } = explain(values.subarray(0, training.columns));
    const sum = contributions
      .subarray(0, training.columns)
      .reduce((all, value) => all + value, baseScores[0]!);
    expect(Math.abs(sum - scores[0]!)).toBeLessThan(1e-9);
  });

  it('is unavailable without its library, and says which', async () => {
    const bare = stackedFamily([
      lightGbmFamily({ searchPath: '/nowhere', workerFile: WORKER_FILE }),
      linearFamily(),
    ]);
    expect(bare.availability()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/^lightgbm: lib_lightgbm.so: expected in one of the library folders/),
    });
    await expect(bare.fit(request)).rejects.toThrow(InvariantViolated);
    await expect(bare.fit(request)).rejects.toThrow(/^stacked: lightgbm: lib_lightgbm.so/);
  });
});

describe('the parameters of a stack', () => {
  it('go to the members whose names they begin with', () => {
    const asked = { 'linear.l2': 1, 'lightgbm.num_leaves': 7 };
    expect(parametersByMember([trees, linearFamily()], asked)).toEqual([{ num_leaves: 7 }, { l2: 1 }]);
  });

  it('are refused when no member has them', () => {
    const asking = () => parametersByMember([trees, linearFamily()], { l2: 1 });
    expect(asking).toThrow(RejectedInput);
    expect(asking).toThrow('l2: expected lightgbm.<parameter> or linear.<parameter>, was l2');
  });

  it('are searched where the members are', () => {
    expect(family.searchSpace.map(({ name }) => name)).toEqual([
      ...trees.searchSpace.map(({ name }) => `lightgbm.${name}`),
      'linear.l2',
    ]);
  });
});
