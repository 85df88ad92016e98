import { expectedMaximum } from './expected-maximum.ts';
import { probabilisticSharpe } from './probabilistic-sharpe.ts';
import type { SharpeSample } from './sharpe-sample.ts';

/**
 * Probability that the true Sharpe ratio is above what the best of `trials` worthless configurations is expected to
 * show (DSR; Bailey and Lopez de Prado, 2014). `sharpeVariance` is the variance of the trials' Sharpe ratios, per
 * period. Example: daily SR 2.5/sqrt(250), T 1250, skewness -3, kurtosis 10, N 100, variance 0.5/250 is
 * 0.9003968344493904.
 */
export function deflatedSharpe(sample: SharpeSample, trials: number, sharpeVariance: number): number {
  return probabilisticSharpe(sample, Math.sqrt(sharpeVariance) * expectedMaximum(trials));
}
