import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExplainer } from '../../../models/families/explainer.ts';
import { parseModel } from '../../../models/lightgbm/parse-model.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { linearOf } from '../../../models/linear/linear-model.ts';
import { checkMixture, type MemberOracle } from '../../../models/mixture/exactness.ts';
import { memberGraph, regimeMixtureGraph } from '../../../models/mixture/graph.ts';
import {
  type MixtureForm,
  type MixtureMember,
  memberScores,
  memberWeights,
  mixScores,
  type RegimeMixture,
  readMixture,
  writeMixture,
} from '../../../models/mixture/regime-mixture.ts';
import { writeClassifier } from '../../../models/onnx/classifier.ts';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { type Forest, moveColumns } from '../../../models/trees/forest.ts';
import { walkRows } from '../../../models/trees/walk.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated } from '../../../shared/errors.ts';
import type { Matrix } from '../../../shared/ports/model-family.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { startThread } from '../../factories/native-libraries.ts';
import { toyClasses } from '../../factories/toy-classes.ts';
import { COLUMNS, trainingRows, trainText } from '../../factories/trained-forest.ts';

const STATES = 3;
const WIDTH = COLUMNS + STATES;
const IDENTITY = { scale: [1, 1, 1], bias: [0, 0, 0] };
const FEATURES = Int32Array.from({ length: COLUMNS }, (_, at) => at);
const FORMS: readonly MixtureForm[] = ['probabilities', 'likeliest'];

const engine = startThread();
afterAll(() => engine[Symbol.dispose]());

/** Rows with the regime's probabilities behind the features. */
function sampleRows(rows: number, seed: number): Matrix {
  const uniform = seededUniform(seed);
  const features = trainingRows(rows, seed);
  const values = new Float32Array(rows * WIDTH);
  for (let row = 0; row < rows; row += 1) {
    values.set(features.subarray(row * COLUMNS, (row + 1) * COLUMNS), row * WIDTH);
    const drawn = Array.from({ length: STATES }, () => uniform() ** 3);
    const total = drawn.reduce((a, b) => a + b);
    values.set(
      drawn.map((value) => value / total),
      row * WIDTH + COLUMNS,
    );
  }
  return { values, rows, columns: WIDTH };
}

let members: MixtureMember[];
let oracles: MemberOracle[];
const sample = sampleRows(400, 3);

beforeAll(async () => {
  const texts = [await trainText(engine, 12), await trainText(engine, 25)];
  const forests = texts.map((text) => moveColumns(parseModel(text), FEATURES, WIDTH));
  members = forests.map((forest): MixtureMember => ({ kind: 'trees', forest }));
  oracles = texts.map((text, at): MemberOracle => {
    const ask = (matrix: Matrix, kind: 'raw' | 'leaf', width: number) =>
      engine.predict({
        text,
        features: featuresOf(matrix),
        rows: matrix.rows,
        columns: COLUMNS,
        kind,
        width,
      });
    return {
      rawScores: (matrix) => ask(matrix, 'raw', 3),
      leaves: (matrix) => ask(matrix, 'leaf', (forests[at] as Forest).roots.length),
    };
  });
});

function featuresOf(matrix: Matrix): Float32Array {
  return splitColumns(matrix, STATES).features;
}

function mixtureOf(form: MixtureForm, memberOfState = [0, 1, 1]): RegimeMixture {
  return { form, memberOfState, members };
}

function graphOf({ form, memberOfState, members }: RegimeMixture): Uint8Array {
  return writeClassifier(
    regimeMixtureGraph(members.map(memberGraph), memberOfState, form),
    memberOfState.length,
    IDENTITY,
  );
}

describe('memberWeights', () => {
  it('adds the probabilities of the states that share a member', () => {
    const mixing = { form: 'probabilities', memberOfState: [1, 0, 1] } as const;
    expect([...memberWeights(mixing, 2, [0.25, 0.5, 0.25])]).toEqual([0.5, 0.5]);
  });

  it('takes the likeliest state alone, of equal ones the calmer', () => {
    const mixing = { form: 'likeliest', memberOfState: [0, 1, 2] } as const;
    expect([...memberWeights(mixing, 3, [0.2, 0.5, 0.3])]).toEqual([0, 1, 0]);
    expect([...memberWeights(mixing, 3, [0.4, 0.2, 0.4])]).toEqual([1, 0, 0]);
  });

  it('gives shares that sum to what the probabilities sum to', () => {
    const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(chances, fc.constantFrom(...FORMS), (regime, form) => {
        const sum = memberWeights({ form, memberOfState: [0, 1, 1, 2] }, 3, regime).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(form === 'likeliest' ? 1 : regime.reduce((a, b) => a + b), 12);
      }),
    );
  });
});

describe.each(FORMS)('a mixture by %s', (form) => {
  it('scores alike as graph and as walk, exactly as its members where the regime is sure', async () => {
    const mixture = mixtureOf(form);
    const session = await openSession(graphOf(mixture));
    const { rawScores } = await session.run(splitColumns(sample, STATES));
    const walked = mixScores(mixture, memberScores(mixture, sample), sample);
    rawScores.forEach((score, at) => {
      expect(Math.abs(score - walked[at]!)).toBeLessThan(1e-12);
    });
    const sure = { ...sample, values: sample.values.slice() };
    for (let row = 0; row < sure.rows; row += 1) {
      sure.values.set([0, 1, 0], row * WIDTH + COLUMNS);
    }
    const answered = await session.run(splitColumns(sure, STATES));
    const [, wild] = members;
    expect(answered.rawScores).toEqual(walkRows((wild as { forest: Forest }).forest, sure.values, sure.rows));
    await session.close();
  });

  it('passes the gate, and a changed leaf of one member does not', async () => {
    const mixture = mixtureOf(form);
    const check = async (changed: RegimeMixture, onnx: Uint8Array) => {
      const session = await openSession(onnx);
      const request = { session, calibration: IDENTITY, sample, count: 2_000, seed: 1 };
      try {
        return await checkMixture({ mixture: changed, oracles, ...request });
      } finally {
        await session.close();
      }
    };
    const report = await check(mixture, graphOf(mixture));
    expect(report).toMatchObject({ ordinaryRows: 2_000, adversarialRows: 2_000, leafMismatches: 0 });
    expect(report.worstProbabilityDifference).toBeLessThan(1e-12);
    const [calm, wild] = members as [MixtureMember & { kind: 'trees' }, MixtureMember & { kind: 'trees' }];
    const change = (part: Partial<Forest>): RegimeMixture => ({
      ...mixture,
      members: [calm, { kind: 'trees', forest: { ...wild.forest, ...part } }],
    });
    const leafValue = wild.forest.leafValue.map((value) => value + 1e-6);
    await expect(check(mixture, graphOf(change({ leafValue })))).rejects.toThrow(/library's scores/);
    const missingLeft = wild.forest.missingLeft.map((left) => 1 - left);
    await expect(check(change({ missingLeft }), graphOf(mixture))).rejects.toThrow(/Rows, member 1/);
  });

  it('is explained exactly: contributions and base scores, mixed alike, add up to the raw score', () => {
    const mixture = mixtureOf(form, [1, 0, 1]);
    const files = new Map([['mixture.json', new TextEncoder().encode(writeMixture(mixture))]]);
    const explain = openExplainer('lightgbm', files);
    const scores = mixScores(mixture, memberScores(mixture, sample), sample);
    for (let row = 0; row < sample.rows; row += 1) {
      const { baseScores, contributions } = explain(sample.values.subarray(row * WIDTH, (row + 1) * WIDTH));
      for (let own = 0; own < 3; own += 1) {
        const parts = contributions.subarray(own * WIDTH, (own + 1) * WIDTH);
        const sum = parts.reduce((a, b) => a + b, baseScores[own]!);
        expect(Math.abs(sum - scores[row * 3 + own]!)).toBeLessThan(1e-9);
        // No member looks at the regime, so it adds nothing.
        expect([...parts.subarray(COLUMNS)]).toEqual([0, 0, 0]);
      }
    }
  });

  it('comes back from its file bit for bit', () => {
    const mixture = mixtureOf(form);
    expect(readMixture(writeMixture(mixture))).toEqual(mixture);
  });
});

describe('members of other kinds', () => {
  it('are mixed alike: linear models beside a tree of one leaf', async () => {
    const training = toyClasses(400, 5);
    const fitted = await linearFamily().fit({
      ...{
        training,
        validation: null,
        parameters: {},
        rounds: 1,
        earlyStoppingRounds: 1,
        seed: 1,
        threads: 1,
      },
    });
    const columns = training.columns + 2;
    const places = Int32Array.from({ length: training.columns }, (_, at) => at);
    const exported = fitted.exportModel({ places, columns, regimeStates: 2, calibration: IDENTITY });
    const model = linearOf(JSON.parse(new TextDecoder().decode(exported.files.get('linear.json'))));
    const stumps = stumpForest([-3, 1, -2], columns);
    const mixture: RegimeMixture = {
      ...{ form: 'probabilities', memberOfState: [0, 1] },
      members: [
        { kind: 'linear', model },
        { kind: 'trees', forest: stumps },
      ],
    };
    const values = new Float32Array(training.rows * columns);
    for (let row = 0; row < training.rows; row += 1) {
      values.set(
        training.values.subarray(row * training.columns, (row + 1) * training.columns),
        row * columns,
      );
      values.set([0.75, 0.25], (row + 1) * columns - 2);
    }
    const matrix = { values, rows: training.rows, columns };
    const linear = await fitted.rawScores(training);
    const session = await openSession(graphOf(mixture));
    const { rawScores } = await session.run(splitColumns(matrix, 2));
    rawScores.forEach((score, at) => {
      expect(score).toBeCloseTo(0.75 * linear[at]! + 0.25 * [-3, 1, -2][at % 3]!, 9);
    });
    await session.close();
    expect(readMixture(writeMixture(mixture))).toEqual(mixture);
  });
});

function stumpForest(scores: readonly number[], columns: number): Forest {
  const count = scores.length;
  return {
    classes: 3,
    columns,
    roots: Int32Array.from({ length: count }, (_, at) => ~at),
    treeClasses: Int32Array.from({ length: count }, (_, at) => at),
    firstLeaves: Int32Array.from({ length: count }, (_, at) => at),
    feature: new Int32Array(0),
    threshold: new Float64Array(0),
    missingLeft: new Uint8Array(0),
    left: new Int32Array(0),
    right: new Int32Array(0),
    leafValue: Float64Array.from(scores),
    leafCover: new Float64Array(count).fill(1),
  };
}

describe('regimeMixtureGraph', () => {
  it('refuses a state without a member, and members of different widths', () => {
    const graphs = members.map(memberGraph);
    expect(() => regimeMixtureGraph(graphs, [0, 2, 1], 'likeliest')).toThrow(InvariantViolated);
    expect(() => regimeMixtureGraph(graphs, [0, 2, 1], 'likeliest')).toThrow('was none with number 2');
    const wider = { ...(graphs[0] as (typeof graphs)[0]), columns: 99 };
    expect(() => regimeMixtureGraph([graphs[1] as (typeof graphs)[1], wider], [0, 1], 'likeliest')).toThrow(
      'expected members of 11 columns, was 99',
    );
  });

  it('is the same bytes for the same members', () => {
    expect(graphOf(mixtureOf('likeliest'))).toEqual(graphOf(mixtureOf('likeliest')));
  });
});
