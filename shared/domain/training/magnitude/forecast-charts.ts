import { quantile } from '../../../stats/quantile.ts';
import { type Chart, chart, quantitative } from '../report/chart.ts';
import type { FeatureImportance } from '../report/importance.ts';
import type { ForecastRows } from './metrics.ts';

const MOST_POINTS = 1500;
const TENTHS = 10;
const SHOWN = 15;
const COLOUR = '#0072B2';

/** What came in one tenth of the rows by their forecast. */
export interface ForecastTenth {
  /** From 1, the lowest forecasts, to 10. */
  readonly tenth: number;
  readonly rows: number;
  readonly mean_forecast: number;
  readonly mean_amount: number;
  /** Half of the amounts lie between these. */
  readonly lower_quartile: number;
  readonly upper_quartile: number;
}

/** Rows by rising forecast in ten parts of one size; parts without rows are left out. */
export function forecastTenths({
  forecasts,
  amounts,
}: Pick<ForecastRows, 'forecasts' | 'amounts'>): ForecastTenth[] {
  const order = Array.from(forecasts.keys()).sort(
    (a, b) => (forecasts[a] as number) - (forecasts[b] as number),
  );
  return Array.from({ length: TENTHS }, (_, at) => {
    const rows = order.slice(
      Math.floor((order.length * at) / TENTHS),
      Math.floor((order.length * (at + 1)) / TENTHS),
    );
    const came = Float64Array.from(rows, (row) => amounts[row] as number).sort();
    return {
      tenth: at + 1,
      rows: rows.length,
      mean_forecast: mean(rows.map((row) => forecasts[row] as number)),
      mean_amount: mean([...came]),
      lower_quartile: quantile(came, 0.25),
      upper_quartile: quantile(came, 0.75),
    };
  }).filter(({ rows }) => rows > 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const axes = (unit: string) => ({
  x: quantitative('forecast', `forecast, ${unit}`, { scale: { zero: false } }),
  y: quantitative('amount', `came, ${unit}`),
});

/** Each point a row: what came over what was forecast. */
export function scatterChart({ forecasts, amounts }: ForecastRows, unit: string): Chart {
  const step = Math.max(1, Math.ceil(forecasts.length / MOST_POINTS));
  const rows = Array.from(forecasts.keys()).filter((row) => row % step === 0);
  return chart({
    title: 'what came over what was forecast',
    values: rows.map((row) => ({ forecast: forecasts[row], amount: amounts[row] })),
    width: 380,
    height: 300,
    mark: { type: 'circle', size: 10, opacity: 0.4, color: COLOUR },
    encoding: axes(unit),
  });
}

/** Means and middle halves of what came, by tenths of the forecast: on the dashed line forecasts keep their word. */
export function tenthsChart(tenths: readonly ForecastTenth[], unit: string): Chart {
  const values = tenths.map((tenth) => ({
    forecast: tenth.mean_forecast,
    amount: tenth.mean_amount,
    low: tenth.lower_quartile,
    high: tenth.upper_quartile,
  }));
  const x = axes(unit).x;
  return chart({
    title: 'what came by tenths of the forecast',
    values,
    width: 380,
    height: 300,
    layer: [
      {
        mark: { type: 'line', color: '#bbbbbb', strokeDash: [4, 4] },
        encoding: { x, y: quantitative('forecast', `came, ${unit}`) },
      },
      {
        mark: { type: 'rule', color: COLOUR, opacity: 0.5 },
        encoding: { x, y: quantitative('low', `came, ${unit}`), y2: { field: 'high' } },
      },
      { mark: { type: 'point', filled: true, size: 50, color: COLOUR }, encoding: axes(unit) },
    ],
  });
}

/** Bars of mean absolute SHAP. */
export function amountImportanceChart(list: readonly FeatureImportance[], unit: string): Chart {
  const top = list.slice(0, SHOWN);
  return chart({
    title: `the ${top.length} features that matter most`,
    width: 420,
    height: { step: 18 },
    values: top.map(({ feature, overall }) => ({ feature, overall })),
    mark: { type: 'bar', color: COLOUR },
    encoding: {
      y: { field: 'feature', title: '', type: 'nominal', sort: top.map(({ feature }) => feature) },
      x: quantitative('overall', `mean absolute SHAP, ${unit}`),
    },
  });
}
