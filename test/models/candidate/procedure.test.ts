import { describe, expect, it } from 'vitest';
import { observationsOf, withLabel } from '../../../models/candidate/observations.ts';
import { fitRegime, regimeChances, regimeInputs } from '../../../models/candidate/regime.ts';
import { scoredColumns } from '../../../models/candidate/scored-columns.ts';
import { DEFAULT_OPTIONS } from '../../../models/candidate/train.ts';
import { dailyReturns } from '../../../models/candidate/trial.ts';
import { planFolds } from '../../../models/candidate/walk-forward.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import { marketRows } from '../../factories/market-rows.ts';

const input = marketRows({ sessions: 8, rowsPerSession: 100, features: 9, edge: 0.5, seed: 2 });
const data = observationsOf(input);
const everyRow = Int32Array.from(input.sessions.keys());

describe('observationsOf', () => {
  it('keeps rows without a label, weighing nothing', () => {
    const unlabelled = everyRow.filter((row) => input.targets[row] === NO_LABEL);
    expect(unlabelled.length).toBeGreaterThan(0);
    for (const row of unlabelled) {
      expect(data.classes[row]).toBe(-1);
      expect(data.weights[row]).toBe(0);
      expect(data.labelEndsMs[row]).toBe(input.timestampsMs[row]);
    }
    expect(withLabel(data, everyRow)).toHaveLength(everyRow.length - unlabelled.length);
  });

  it('turns infinities into the largest float32', () => {
    const column = input.featureNames.indexOf('sometimes_infinite');
    expect(input.features[column]).toBe(Number.POSITIVE_INFINITY);
    expect(data.matrix[column]).toBe(Math.fround(3.4028234663852886e38));
  });
});

describe('planFolds', () => {
  it('purges every row whose label reaches into the rows to judge', () => {
    // Labels of 23 hours: they cross the night, as ours never do.
    const long = { ...data, labelEndsMs: data.timestampsMs.map((time) => time + 23 * 3_600_000) };
    for (const plain of [data, long]) {
      for (const { train, test } of planFolds(plain, 700, false, DEFAULT_OPTIONS)) {
        for (const row of train) expect(plain.labelEndsMs[row]!).toBeLessThan(plain.timestampsMs[test[0]!]!);
        expect(Math.max(...test)).toBeLessThan(700);
      }
    }
  });

  it('refuses rows that leave nothing to fit on', () => {
    const endless = { ...data, labelEndsMs: data.timestampsMs.map(() => Number.MAX_VALUE) };
    expect(() => planFolds(endless, 700, false, DEFAULT_OPTIONS)).toThrow(
      'expected enough for one walk-forward fold',
    );
  });
});

describe('the regime of a set of rows', () => {
  it('is told apart by the inputs that vary in it', () => {
    expect(regimeInputs(data, everyRow)).toEqual(['realized_vol_5m', 'vix', 'price_roc_15m']);
    const matrix = data.matrix.map((value, at) => (at % data.columns === 1 ? 11 : value));
    expect(regimeInputs({ ...data, matrix }, everyRow)).toEqual(['realized_vol_5m', 'price_roc_15m']);
  });

  it('has fewer states where the rows are too few for all', () => {
    expect(fitRegime(data, everyRow, 4, 1).states).toBe(4);
    const few = everyRow.slice(0, 40);
    const hmm = fitRegime(data, few, 4, 1);
    expect(hmm.states).toBeLessThan(4);
    const chances = regimeChances(data, hmm);
    expect(chances).toHaveLength(data.rows * hmm.states);
    expect(chances.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
  });

  it('depends on its own rows only', () => {
    const training = everyRow.slice(0, 500);
    const later = data.matrix.map((value, at) => (at >= 500 * data.columns ? value + 1 : value));
    expect(fitRegime({ ...data, matrix: later }, training, 3, 1)).toEqual(fitRegime(data, training, 3, 1));
  });
});

describe('scoredColumns', () => {
  const rows = Int32Array.of(0, 1, 2, 99);
  const probabilities = Float64Array.of(0.2, 0.2, 0.6, 0.6, 0.2, 0.2, 0.4, 0.2, 0.4, 0.1, 0.8, 0.1);
  const scores = { rows, fold: [1, 1, 1, 1], regimes: [0, 1, 2, 3], probabilities };

  it('puts positions and outcomes beside the scores', () => {
    const columns = scoredColumns(input, scores, { buy: 0.5, sell: 0.5 });
    expect(columns.position).toEqual([1, -1, 0, 0]);
    expect(columns.buy).toEqual([0.6, 0.2, 0.4, 0.1]);
    expect(columns.price[0]).toBe(input.prices?.[0]);
    expect(columns.target[3]).toBeNull();
    expect(columns.forward_return[3]).toBeNull();
    expect(columns.session).toEqual(['2025-11-03', '2025-11-03', '2025-11-03', '2025-11-03']);
  });

  it('takes positions at the threshold itself, and none above it', () => {
    expect(scoredColumns(input, scores, { buy: 0.6, sell: 0.61 }).position).toEqual([1, 0, 0, 0]);
    expect(scoredColumns({ ...input, prices: null }, scores, { buy: 1, sell: 1 }).price).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('dailyReturns', () => {
  it('adds up what each session brought', () => {
    const columns = {
      session: ['a', 'a', 'b', 'c'],
      position: [1, -1, 1, 0],
      forward_return: [0.01, 0.002, null, 0.5],
    };
    const { daily_returns, daily_sharpe } = dailyReturns(columns, 0.001);
    expect(daily_returns).toEqual([expect.closeTo(0.006, 12), 0, 0]);
    expect(daily_sharpe).toBeCloseTo(1 / Math.sqrt(3), 12);
  });
});
