import { normalQuantile } from './normal-quantile.ts';
import { type SharpeSample, sharpeErrorFactor } from './sharpe-sample.ts';

/**
 * Periods needed before the Sharpe ratio is above `benchmark` with `confidence` (MinTRL; Bailey and Lopez de Prado,
 * 2012). Infinity when the ratio is not above the benchmark.
 * Example: annual SR 2 against 1, normal monthly returns, 0.95 is 12 x 3.2398 months.
 */
export function minimumTrackRecordLength(
  sample: Omit<SharpeSample, 'periods'>,
  benchmark: number,
  confidence: number,
): number {
  if (!(sample.sharpe > benchmark)) return Number.POSITIVE_INFINITY;
  return 1 + sharpeErrorFactor(sample) * (normalQuantile(confidence) / (sample.sharpe - benchmark)) ** 2;
}
