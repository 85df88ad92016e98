import { rankCorrelation } from '../../../stats/rank-correlation.ts';

/** How far forecasts were off, in the unit of the amounts. */
export interface ForecastErrors {
  /** Mean absolute error. */
  readonly mae: number;
  /** Root mean squared error. */
  readonly rmse: number;
  /** Spearman's rank correlation with what came; null where one side does not vary. */
  readonly rank_correlation: number | null;
}

/** How good forecasts of an amount were, on rows they were not fitted on. */
export interface MagnitudeMetrics extends ForecastErrors {
  readonly rows: number;
  /** Mean of what came, and of what was forecast. */
  readonly mean_amount: number;
  readonly mean_forecast: number;
  /** 1 less the squared error over that of the training mean; below 0 the mean is better. Null when that one is exact. */
  readonly r2: number | null;
  /** The same against the recent volatility, scaled on the training rows. */
  readonly r2_against_volatility: number | null;
  /** What there is to beat, fitted on the training rows of the fold. */
  readonly naive: { readonly mean: ForecastErrors; readonly volatility: ForecastErrors };
}

/** Rows that were forecast, all columns of one length. */
export interface ForecastRows {
  readonly amounts: Float64Array;
  readonly forecasts: Float64Array;
  /** By the naive forecasts of each row's fold. */
  readonly naiveMean: Float64Array;
  readonly naiveVolatility: Float64Array;
}

/** @param rows - at least one */
export function measureForecasts(rows: ForecastRows): MagnitudeMetrics {
  const { amounts, forecasts, naiveMean, naiveVolatility } = rows;
  const naive = { mean: errorsOf(naiveMean, amounts), volatility: errorsOf(naiveVolatility, amounts) };
  const own = errorsOf(forecasts, amounts);
  return {
    rows: amounts.length,
    ...own,
    mean_amount: mean(amounts),
    mean_forecast: mean(forecasts),
    r2: skill(own, naive.mean),
    r2_against_volatility: skill(own, naive.volatility),
    naive,
  };
}

function errorsOf(forecasts: Float64Array, amounts: Float64Array): ForecastErrors {
  const errors = forecasts.map((forecast, row) => forecast - (amounts[row] as number));
  const rank = rankCorrelation(forecasts, amounts);
  return {
    mae: mean(errors.map(Math.abs)),
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    rank_correlation: Number.isNaN(rank) ? null : rank,
  };
}

function skill(own: ForecastErrors, other: ForecastErrors): number | null {
  return other.rmse === 0 ? null : 1 - (own.rmse / other.rmse) ** 2;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
