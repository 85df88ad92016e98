import { type FeatureImportance, importances, type ShapSample } from '../report/importance.ts';
import { regimeImportanceChart, shapChart } from '../report/importance-charts.ts';
import { type LearningCurve, learningChart } from '../report/learning-chart.ts';
import type { Section } from '../report/page.ts';
import { type FoldDates, foldName } from '../report/scores-section.ts';
import {
  amountImportanceChart,
  type ForecastTenth,
  forecastTenths,
  scatterChart,
  tenthsChart,
} from './forecast-charts.ts';
import type { ForecastRows, MagnitudeMetrics } from './metrics.ts';

const DECIMALS = 3;

/** What a run of a magnitude knows of itself. */
export interface MagnitudeReportInput {
  readonly unit: string;
  /** What the target says, for people. */
  readonly says: string;
  /** Out of fold, in time order. */
  readonly rows: ForecastRows;
  readonly outOfFold: MagnitudeMetrics;
  readonly folds: readonly (FoldDates & { readonly metrics: MagnitudeMetrics })[];
  readonly regimes: readonly { readonly regime: number; readonly metrics: MagnitudeMetrics }[];
  /** Metrics of the sessions kept back; null without any. */
  readonly heldOut: MagnitudeMetrics | null;
  readonly shap: ShapSample;
  readonly learning: readonly LearningCurve[];
}

/** The numbers behind the pictures. */
export interface MagnitudeNumbers {
  readonly forecast: readonly ForecastTenth[];
  readonly importance: readonly FeatureImportance[];
}

export function magnitudeNumbers({ rows, shap }: MagnitudeReportInput): MagnitudeNumbers {
  return { forecast: forecastTenths(rows), importance: importances(shap) };
}

/** The report as a person reads it, picture by picture. */
export function magnitudeSections(input: MagnitudeReportInput, numbers: MagnitudeNumbers): Section[] {
  const { unit, rows, shap, learning } = input;
  return [
    metricsSection(input),
    {
      title: 'Forecasts',
      says: 'Out of fold, by models that had not seen the rows. Lines on the right hold the middle half of what came.',
      charts: [scatterChart(rows, unit), tenthsChart(numbers.forecast, unit)],
    },
    {
      title: 'What matters',
      says: `Exact SHAP values of ${shap.regimes.length} out-of-fold rows: with the mean forecast they add up to each forecast.`,
      charts: [
        amountImportanceChart(numbers.importance, unit),
        regimeImportanceChart(numbers.importance),
        shapChart(shap, numbers.importance),
      ],
    },
    {
      title: 'Learning',
      says: 'Root mean squared error on the rows that early stopping watches.',
      charts: [learningChart(learning)],
    },
  ];
}

function metricsSection({ unit, says, outOfFold, heldOut, folds, regimes }: MagnitudeReportInput): Section {
  const row = (name: string, metrics: MagnitudeMetrics) => [
    name,
    metrics.rows,
    metrics.mae,
    metrics.rmse,
    metrics.naive.mean.rmse,
    metrics.naive.volatility.rmse,
    metrics.r2,
    metrics.r2_against_volatility,
    metrics.rank_correlation,
    metrics.naive.volatility.rank_correlation,
  ];
  return {
    title: 'How good the forecasts are',
    says:
      `Forecast is ${says}, in ${unit}. Two naive forecasts are there to beat, both fitted on the training rows of the ` +
      'fold: their mean, and the volatility of the last 30 minutes at its best scale. R2 is the share of their squared ' +
      'error that the model saves: below 0 they are better. MAE and RMSE: mean absolute and root mean squared error, lower ' +
      'is better. Rank correlation with what came: 1 is the same order, 0 is chance. Regimes are numbered from calm, regime ' +
      '0, to wild.',
    table: {
      head: [
        ...['rows judged', 'rows', 'MAE', 'RMSE', 'RMSE of the mean', 'RMSE of the volatility'],
        ...['R2', 'R2 against volatility', 'rank correlation', 'that of the volatility'],
      ],
      rows: [
        row('out of fold', outOfFold),
        ...(heldOut === null ? [] : [row('held-out sessions', heldOut)]),
        ...folds.map((one) => row(foldName(one), one.metrics)),
        ...regimes.map(({ regime, metrics }) => row(`regime ${regime}`, metrics)),
      ],
      decimals: DECIMALS,
    },
    charts: [],
  };
}
