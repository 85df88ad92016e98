import { normalCdf } from './normal-cdf.ts';
import { type SharpeSample, sharpeErrorFactor } from './sharpe-sample.ts';

/**
 * Probability that the true Sharpe ratio is above `benchmark` (PSR; Bailey and Lopez de Prado, 2012).
 * Both per period. Fewer than two periods give NaN.
 * Example: SR 1.585/sqrt(12), 24 months, skewness -2.448, kurtosis 10.164 against 0 is 0.9132343068848602.
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number): number {
  if (sample.periods < 2) return Number.NaN;
  const error = Math.sqrt(sharpeErrorFactor(sample) / (sample.periods - 1));
  return normalCdf((sample.sharpe - benchmark) / error);
}
