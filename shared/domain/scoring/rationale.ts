import type { Thresholds } from './decide.ts';
import type { Action, Driver, Probabilities } from './recommendation.ts';

export interface RationaleInput {
  readonly action: Action;
  readonly probabilities: Probabilities;
  readonly thresholds: Thresholds;
  readonly regime: number | null;
  readonly regimeProbabilities: readonly number[];
  readonly drivers: readonly Driver[];
}

/**
 * Why a model answered as it did, in one sentence with its own numbers: probabilities, regime, two strongest drivers.
 * Example: `BUY at 61.0 % against SELL at 20.0 % in regime 1 (87 %), driven by pcr_total_oi 1.31 (2.4 deviations above
 * its training mean, +0.412) and vix 11.2 (0.3 deviations below its training mean, -0.100).`
 */
export function rationale(input: RationaleInput): string {
  return `${opening(input)}${regimePart(input)}${driversPart(input.drivers)}.`;
}

/** The sentence of a HOLD that does not rest on the model. Example: `hold('no model is live')`. */
export function hold(why: string): string {
  return `HOLD because ${why}.`;
}

function opening({ action, probabilities, thresholds }: RationaleInput): string {
  const { buy, sell } = probabilities;
  if (action === 'BUY') return `BUY at ${percent(buy)} against SELL at ${percent(sell)}`;
  if (action === 'SELL') return `SELL at ${percent(sell)} against BUY at ${percent(buy)}`;
  return (
    `HOLD because neither BUY at ${percent(buy)} nor SELL at ${percent(sell)} stands out ` +
    `(thresholds ${percent(thresholds.buy)} and ${percent(thresholds.sell)})`
  );
}

function regimePart({ regime, regimeProbabilities }: RationaleInput): string {
  if (regime === null) return '';
  const probability = regimeProbabilities[regime];
  return ` in regime ${regime}${probability === undefined ? '' : ` (${Math.round(100 * probability)} %)`}`;
}

function driversPart(drivers: readonly Driver[]): string {
  const named = drivers.slice(0, 2).map(describeDriver);
  return named.length === 0 ? '' : `, driven by ${named.join(' and ')}`;
}

function describeDriver({ feature, value, zscore, shap }: Driver): string {
  const shown = typeof value === 'number' ? Number(value.toPrecision(4)) : (value ?? 'missing');
  const pull = `${shap >= 0 ? '+' : ''}${shap.toFixed(3)}`;
  if (zscore === null) return `${feature} ${shown} (${pull})`;
  const side = zscore >= 0 ? 'above' : 'below';
  return `${feature} ${shown} (${Math.abs(zscore).toFixed(1)} deviations ${side} its training mean, ${pull})`;
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}
