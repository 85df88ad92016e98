import { CLASSES } from '../classes.ts';
import { byClass, type Chart, chart, nominal, quantitative } from './chart.ts';
import type { FeatureImportance, ShapSample } from './importance.ts';

const SHOWN = 15;

/** Features that do not matter at all are left out. */
const mattering = (list: readonly FeatureImportance[]) =>
  list.filter(({ overall }) => overall > 0).slice(0, SHOWN);

/** Bars of mean absolute SHAP, stacked by class. */
export function importanceChart(list: readonly FeatureImportance[]): Chart {
  const top = mattering(list);
  const values = top.flatMap(({ feature, by_class }) =>
    Object.entries(by_class).map(([name, value]) => ({ feature, class: name, value })),
  );
  const sort = top.map(({ feature }) => feature);
  return chart({
    title: `the ${top.length} features that matter most`,
    width: 420,
    height: { step: 18 },
    values,
    mark: 'bar',
    encoding: {
      y: nominal('feature', '', { sort }),
      x: quantitative('value', 'mean absolute SHAP, raw score', { stack: true }),
      color: byClass,
    },
  });
}

/** What matters in which regime: mean absolute SHAP of the same features, darker is more. */
export function regimeImportanceChart(list: readonly FeatureImportance[]): Chart {
  const top = mattering(list);
  const values = top.flatMap(({ feature, by_regime }) =>
    Object.entries(by_regime).map(([regime, value]) => ({ feature, regime: `regime ${regime}`, value })),
  );
  return chart({
    title: 'the same features by regime',
    width: { step: 70 },
    height: { step: 18 },
    values,
    mark: 'rect',
    encoding: {
      y: nominal('feature', '', { sort: top.map(({ feature }) => feature) }),
      x: nominal('regime', '', { axis: { labelAngle: 0 } }),
      color: quantitative('value', 'mean absolute SHAP', { scale: { scheme: 'blues', zero: true } }),
    },
  });
}

/** The beeswarm of the last output: each point is a row, right pushes up (to BUY), red is a high value of the feature. */
export function shapChart(sample: ShapSample, list: readonly FeatureImportance[]): Chart {
  const top = mattering(list).map(({ feature }) => feature);
  const { outputs } = sample;
  const what = outputs === undefined ? 'score of BUY' : (outputs.at(-1) as string);
  return chart({
    title: `what moves the ${what}, row by row`,
    width: 420,
    height: { step: 26 },
    values: top.flatMap((feature) => swarm(sample, feature)),
    mark: { type: 'circle', size: 10, opacity: 0.6 },
    encoding: {
      y: nominal('feature', '', { sort: top }),
      yOffset: { field: 'jitter', type: 'quantitative', scale: { domain: [-1, 1] } },
      x: quantitative('contribution', `SHAP, ${outputs === undefined ? 'raw ' : ''}${what}`),
      color: quantitative('rank', 'value, low to high', { scale: { scheme: 'redblue', reverse: true } }),
    },
  });
}

function swarm(sample: ShapSample, feature: string) {
  const { features, contributions, values, regimes, outputs = CLASSES } = sample;
  const column = features.indexOf(feature);
  const own = Array.from(regimes, (_, row) => values[row * features.length + column] as number);
  const ranks = ranksOf(own);
  return own.map((_, row) => ({
    feature,
    contribution: contributions[((row + 1) * outputs.length - 1) * features.length + column] as number,
    rank: ranks[row] as number,
    // Spread by row number, so that points do not hide each other and the picture is the same every time.
    jitter: ((row * 0.618034) % 1) * 1.6 - 0.8,
  }));
}

/** Ranks from 0 to 1; missing values have none. */
function ranksOf(values: readonly number[]): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const place = new Map(known.map((value, at) => [value, at / Math.max(1, known.length - 1)]));
  return values.map((value) => place.get(value) ?? Number.NaN);
}
