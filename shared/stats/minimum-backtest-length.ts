import { expectedMaximum } from './expected-maximum.ts';

/**
 * Years of backtest below which the best of `trials` worthless configurations is expected to show an annual Sharpe
 * ratio of `maximumSharpe` (MinBTL; Bailey, Borwein, Lopez de Prado and Zhu, 2014).
 * Example: 45 trials and a ratio of 1 need 4.998 years.
 */
export function minimumBacktestLengthYears(trials: number, maximumSharpe: number): number {
  return (expectedMaximum(trials) / maximumSharpe) ** 2;
}
