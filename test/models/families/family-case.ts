import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { splitColumns } from '../../../models/onnx/compare-scores.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { InvariantViolated, RejectedInput } from '../../../shared/errors.ts';
import type {
  ExportLayout,
  FitRequest,
  FittedModel,
  LabelledMatrix,
  ModelFamily,
  ModelParameters,
} from '../../../shared/ports/model-family.ts';
import { softmaxRows } from '../../../shared/stats/softmax-rows.ts';
import { accuracy, answers, TOY_COLUMNS, toyClasses, wideRows } from '../../factories/toy-classes.ts';

export interface FamilyCase {
  readonly family: ModelFamily;
  /** Quick to fit and good enough for the toy problem. */
  readonly parameters: ModelParameters;
}

const training = toyClasses(1_200, 1);
const later = toyClasses(600, 2);
const { matrix: wide, places } = wideRows(later);
const LAYOUT: ExportLayout = {
  places,
  columns: wide.columns,
  regimeStates: 2,
  calibration: { scale: [1.1, 0.9, 1], bias: [0.1, -0.2, 0] },
};
const MAPS = {
  hold: { at: [0.2, 0.4, 0.9], values: [0.1, 0.5, 0.8] },
  direction: { at: [0.3, 0.5, 0.7], values: [0.2, 0.5, 0.8] },
};
const CALM = { ...LAYOUT.calibration, isotonic: MAPS };
const WILD = {
  scale: [0.4, 0.4, 0.4],
  bias: [0, 0.7, 0],
  isotonic: { ...MAPS, hold: { at: [0.3], values: [0.25] } },
};
const LAYOUT_BY_REGIME: ExportLayout = { ...LAYOUT, calibration: { ...CALM, regimes: [CALM, WILD] } };
const SIGNATURE = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What every family keeps to, whatever it learns with. */
export function familyContract({ family, parameters }: FamilyCase): void {
  const request: FitRequest = {
    training,
    validation: null,
    parameters,
    rounds: 40,
    earlyStoppingRounds: 5,
    seed: 7,
    threads: 1,
  };
  const train = (changes: Partial<FitRequest> = {}) => family.fit({ ...request, ...changes });
  const withRows = (changes: Partial<LabelledMatrix>) => train({ training: { ...training, ...changes } });

  describe(`the family ${family.name}`, () => {
    afterAll(() => family.close());
    let model: Promise<FittedModel> | undefined;
    const fitted = () => {
      model ??= train();
      return model;
    };

    it('has a card beside its code', () => {
      const card = readFileSync(new URL(`../../../models/${family.name}/card.md`, import.meta.url), 'utf8');
      expect(card).toMatch(new RegExp(`^# Family: ${family.name}\n`));
    });

    it('is available', () => {
      expect(family.availability()).toEqual({ available: true });
    });

    it('learns what can be learnt, and says how', async () => {
      const { rounds, card, validationLosses } = await fitted();
      expect(accuracy(await (await fitted()).rawScores(later), later)).toBeGreaterThan(0.85);
      expect(rounds).toBeGreaterThanOrEqual(1);
      expect(validationLosses).toEqual([]);
      expect(Object.keys(card).length).toBeGreaterThan(1);
    });

    it('looks at later rows when it is given some', async () => {
      const watched = await train({ validation: later });
      const best = Math.min(...watched.validationLosses);
      expect(best).toBeGreaterThan(0);
      expect(best).toBeLessThan(Math.log(3) / 2);
    });

    it('respects weights: rows that weigh nothing are not there, and only ratios matter', async () => {
      const weights = training.weights.map((weight, row) => (training.labels[row] === 2 ? 0 : weight));
      const blind = await withRows({ weights });
      expect(answers(await blind.rawScores(later))).not.toContain(2);
      const eighth = await (await withRows({ weights: training.weights.map((w) => w / 8) })).rawScores(later);
      const whole = await (await fitted()).rawScores(later);
      if (family.name === 'linear') expect(eighth).toEqual(whole);
      else expect(accuracy(eighth, later)).toBeGreaterThan(0.7);
    });

    it('gives a class without rows next to no chance, and a finite score', async () => {
      const labels = training.labels.map((label) => (label === 1 ? 2 : label));
      const rawScores = await (await withRows({ labels })).rawScores(later);
      expect(rawScores.every(Number.isFinite)).toBe(true);
      const chances = softmaxRows(rawScores, 3).filter((_, at) => at % 3 === 1);
      expect(Math.max(...chances)).toBeLessThan(0.05);
    });

    it('tells apart what gaps tell', async () => {
      const rows = Float32Array.from(
        { length: 2 * TOY_COLUMNS },
        (_, at) => [0, 0, 0, 0, 7, Number.NaN, 0][at % 7]!,
      );
      rows[3] = Number.NaN;
      const scores = await (await fitted()).rawScores({ values: rows, rows: 2, columns: TOY_COLUMNS });
      expect(scores[2]! - scores[1]!).toBeGreaterThan(scores[5]! - scores[4]! + 0.5);
    });

    it('exports a graph that answers as it does, gaps and infinities and all', async () => {
      const exported = (await fitted()).exportModel(LAYOUT);
      const session = await openSession(exported.onnx);
      const { rawScores } = await session.run(splitColumns(wide, 2));
      await session.close();
      const own = await (await fitted()).rawScores(later);
      rawScores.forEach((score, at) => {
        expect(Math.abs(score - own[at]!)).toBeLessThan(1e-6);
      });
      const options = { count: 2_000, seed: 3, openSession };
      const report = await (await fitted()).verifyExport(exported, LAYOUT, wide, options);
      expect(report).toMatchObject({ ordinaryRows: 2_000, adversarialRows: 2_000, leafMismatches: 0 });
      expect(report.worstProbabilityDifference).toBeLessThan(1e-6);
    });

    it('exports a graph whose calibration is of maps, by regime', async () => {
      const exported = (await fitted()).exportModel(LAYOUT_BY_REGIME);
      const options = { count: 2_000, seed: 3, openSession };
      const report = await (await fitted()).verifyExport(exported, LAYOUT_BY_REGIME, wide, options);
      expect(report.worstProbabilityDifference).toBeLessThan(1e-6);
      const plain = (await fitted()).exportModel(LAYOUT);
      await expect(
        (await fitted()).verifyExport(plain, LAYOUT_BY_REGIME, wide, { ...options, count: 200 }),
      ).rejects.toThrow('in probability');
    });

    it('refuses a graph that is not its own', async () => {
      const other = (await train({ training: later })).exportModel(LAYOUT);
      const options = { count: 200, seed: 3, openSession };
      await expect((await fitted()).verifyExport(other, LAYOUT, wide, options)).rejects.toThrow(
        InvariantViolated,
      );
    });

    it('gives the same bytes for the same request', async () => {
      const bytes = async (one: FittedModel) => {
        const { onnx, files } = one.exportModel(LAYOUT);
        return [onnx, ...files.values()].map(SIGNATURE);
      };
      const first = await bytes(await fitted());
      expect(await bytes(await train())).toEqual(first);
      expect(await bytes(await train({ threads: 2 }))).toEqual(first);
    });

    it('reports each step, from 1 on', async () => {
      const steps: number[] = [];
      const { rounds } = await train({ onRound: (round) => steps.push(round) });
      expect(steps).toEqual(Array.from({ length: rounds }, (_, at) => at + 1));
    });

    it('is cancelled between two steps and can go on', async () => {
      const before = new AbortController();
      before.abort(new Error('not wanted'));
      await expect(train({ signal: before.signal })).rejects.toThrow('not wanted');
      const during = new AbortController();
      const onRound = (round: number) => round === 2 && during.abort(new Error('enough'));
      await expect(train({ rounds: 100_000, signal: during.signal, onRound })).rejects.toThrow('enough');
      expect((await train({ rounds: 3 })).rounds).toBeGreaterThanOrEqual(1);
    });

    it('trains at both ends of its search space', async () => {
      for (const end of ['low', 'high'] as const) {
        const own = Object.fromEntries(family.searchSpace.map((range) => [range.name, range[end]]));
        const scores = await (await train({ parameters: own, rounds: 3 })).rawScores(later);
        expect(scores.every(Number.isFinite)).toBe(true);
      }
    });

    it('has a search space that a sampler can use', () => {
      expect(family.searchSpace.length).toBeGreaterThan(0);
      for (const { low, high, scale, integer } of family.searchSpace) {
        expect(low).toBeLessThan(high);
        if (scale === 'log') expect(low).toBeGreaterThan(0);
        if (integer) expect([low, high].every(Number.isInteger)).toBe(true);
      }
    });

    describe('says why it cannot learn', () => {
      const cases: [string, Partial<LabelledMatrix>, string][] = [
        [
          'one class',
          { labels: training.labels.map(() => 1) },
          'target: expected at least two classes, was HOLD only',
        ],
        [
          'one class that weighs something',
          { weights: training.weights.map((w, row) => (training.labels[row] === 0 ? w : 0)) },
          'target: expected at least two classes, was SELL only',
        ],
        ['no row that weighs', { weights: new Float64Array(training.rows) }, 'rows: expected at least 10'],
        ['constant features', { values: training.values.map(() => 3) }, 'was 7 constant or missing'],
        ['no value at all', { values: training.values.map(() => Number.NaN) }, 'was 7 constant or missing'],
      ];

      it.each(cases)('%s', async (_, changes, reason) => {
        const failure = await withRows(changes).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(RejectedInput);
        expect((failure as Error).message).toContain(reason);
      });

      it('too few rows', async () => {
        const few = toyClasses(9, 1);
        await expect(train({ training: few })).rejects.toThrow(
          'rows: expected at least 10 that weigh something, was 9',
        );
      });
    });
  });
}
