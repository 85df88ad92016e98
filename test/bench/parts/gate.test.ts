import { describe, expect, test } from 'vitest';
import { type Experiment, runShare, together } from '../../../bench/parts/gate-experiment.ts';
import { gateExperiments } from '../../../bench/parts/gate-experiments.ts';
import { BLOCKS, gateMarket, gaussians, normals } from '../../../bench/parts/gate-market.ts';
import { dailyReturns, gateModel, labelOf, placeOf, signalOf } from '../../../bench/parts/gate-model.ts';
import { gatePage } from '../../../bench/parts/gate-page.ts';
import { recordDays } from '../../../bench/parts/gate-record.ts';
import { alikeFor, correlation, knowsFor, mixed, trueSharpe } from '../../../bench/parts/gate-truth.ts';
import { measuresOf } from '../../../bench/parts/gate-window.ts';
import { calibration } from '../../../shared/domain/evaluation/calibration.ts';
import { directionalF1, precisionAtTopK } from '../../../shared/domain/evaluation/classification.ts';
import type { LabelledRow } from '../../../shared/domain/evaluation/scored-row.ts';
import { moments } from '../../../shared/stats/moments.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { sharpeRatio } from '../../../shared/stats/sharpe-ratio.ts';

const DAYS = 20_000;
const market = gateMarket(DAYS, 31);
const bell = gaussians(seededUniform(32));
const own = normals(market.moves.length, bell);
const fresh = normals(market.moves.length, bell);

describe('markets', () => {
  test('moves are standard normal, the same for the same seed', () => {
    const { mean, standardDeviation, kurtosis } = moments(market.moves);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(standardDeviation).toBeCloseTo(1, 2);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.05);
    expect(gateMarket(5, 31)).toEqual(gateMarket(5, 31));
    expect(gateMarket(5, 31)).not.toEqual(gateMarket(5, 30));
  });
  test('volatility and skill come in runs of days', () => {
    const next = (path: Float64Array) => correlation(path.subarray(1), path.subarray(0, -1));
    expect(next(market.volatility.map(Math.log))).toBeCloseTo(0.9, 1);
    expect(next(market.skill)).toBeCloseTo(0.7, 1);
    expect(moments(market.skill).mean).toBeCloseTo(1, 1);
  });
});

describe('what is true of models', () => {
  const better = knowsFor(0.35);
  const base = knowsFor(0.25);
  test('the Sharpe ratio that a model has is the one it was made for', () => {
    expect(trueSharpe(base)).toBeCloseTo(0.25, 9);
    expect(trueSharpe(0)).toBeLessThan(-0.3);
    // Days come in runs of skill, so that 20,000 of them estimate a ratio within about 0.01.
    expect(Math.abs(sharpeRatio(dailyReturns(gateModel(base), market, own)) - 0.25)).toBeLessThan(0.03);
  });
  test('an edge is as large as stated, on the days of another seed', () => {
    const alike = alikeFor(0.84, better, base, 5000, 5);
    const mine = dailyReturns(gateModel(better), market, own);
    const theirs = dailyReturns(gateModel(base), market, mixed(own, fresh, alike));
    expect(Math.abs(sharpeRatio(mine) - sharpeRatio(theirs) - 0.1)).toBeLessThan(0.012);
    expect(Math.abs(correlation(mine, theirs) - 0.84)).toBeLessThan(0.02);
  });
  test('daily returns have fat tails', () =>
    expect(moments(dailyReturns(gateModel(base), market, own)).kurtosis).toBeGreaterThan(4));
  test('about six trades a day, every class among the labels', () => {
    const record = recordDays(gateModel(base), gateMarket(500, 8), own.subarray(0, 500 * BLOCKS), {
      bins: 10,
      surest: 2,
    });
    const { backtest, f1_without_skill } = measuresOf(record, 0);
    expect(backtest.metrics.trades / 500).toBeGreaterThan(5.5);
    expect(backtest.metrics.trades / 500).toBeLessThan(7);
    expect(f1_without_skill).toBeCloseTo(0.4, 1);
  });
});

test('sums by day are what the domain measures of the rows', () => {
  const [model, few] = [gateModel(knowsFor(0.25)), gateMarket(12, 4)];
  const record = recordDays(model, few, own.subarray(0, 12 * BLOCKS), { bins: 10, surest: 2 });
  const rows = Array.from({ length: 12 * BLOCKS }, (_, at): LabelledRow => {
    const place = placeOf(signalOf(model, few, at, own[at]!));
    const [sell, buy] = [model.sell[place]!, model.buy[place]!];
    return {
      ...{ session: `day ${Math.floor(at / BLOCKS)}`, minute: at % BLOCKS, price: 1, position: 0 },
      ...{ sell, hold: 1 - sell - buy, buy, regime: few.regimes[at]!, label: labelOf(few, at) },
    };
  });
  const measured = measuresOf(record, 0);
  const expected = calibration(rows, 10)!;
  expect(measured.f1).toBeCloseTo(directionalF1(rows)!, 12);
  expect(measured.precision_at_top_k).toBeCloseTo(precisionAtTopK(rows, 2)!, 12);
  for (const field of ['ece', 'brier', 'log_loss', 'brier_base_rate', 'log_loss_base_rate'] as const) {
    expect(measured.calibration![field]).toBeCloseTo(expected[field], 12);
  }
  const regimes = (found: typeof expected) =>
    found.by_regime.map(({ regime, ece }) => [regime, ece.toFixed(10)]);
  expect(regimes(measured.calibration!)).toEqual(regimes(expected));
  expect(measured.backtest.metrics.daily_sharpe).toBeCloseTo(
    sharpeRatio(record.map((day) => day.dailyReturn)),
    12,
  );
});

describe('counting', () => {
  const shown: Experiment = {
    ...{ name: 'worse', kind: 'refresh', base: 0.25, edge: -0.2, correlation: 0.9 },
    ...{ pairs: 6, nights: 2, rivals: 2 },
  };
  const whole = runShare(shown, { from: 0, to: 6, seed: 9 });
  test('what is far worse is refused, and the rules that refused are counted', () => {
    expect(whole).toMatchObject({ pairs: 6, passed: 0, everPassed: 0 });
    expect(whole.refused['sharpe']).toBe(6);
  });
  test('what is far better is let through', () =>
    expect(
      runShare({ ...shown, edge: 0.2, rivals: 0 }, { from: 0, to: 6, seed: 9 }).passed,
    ).toBeGreaterThanOrEqual(5));
  test('shares add up to the whole, in whatever pieces', () =>
    expect(
      together(runShare(shown, { from: 0, to: 2, seed: 9 }), runShare(shown, { from: 2, to: 6, seed: 9 })),
    ).toEqual(whole));
  test('the four figures that are promised are asked for with as many pairs as the design says', () => {
    const [same, better, equal, worse] = gateExperiments(1);
    expect(same).toMatchObject({ group: 'same', kind: 'replace', edge: 0, pairs: 2000, nights: 30 });
    expect(better).toMatchObject({ group: 'better', kind: 'replace', edge: 0.1, nights: 30 });
    expect(equal).toMatchObject({ group: 'equal', kind: 'refresh', edge: 0 });
    expect(worse).toMatchObject({ group: 'worse', kind: 'refresh', edge: -0.1 });
  });
  test('the page has the three curves and a column for each promise', async () => {
    const judged = gateExperiments(0.001).map((one) => ({ ...whole, ...one, pairs: 6 }));
    const html = await gatePage(judged);
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).toContain('at most 5 % ever in 30 nights');
    expect(html).toContain('100.0 (');
  });
});
