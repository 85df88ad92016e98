import { type Chart, chart, nominal, quantitative } from './chart.ts';
import type { Section } from './page.ts';
import type { DriverStability } from './stability.ts';

const MOST_FEATURES = 25;

/** Whether the folds agree on what matters; no section with fewer than two folds. */
export function stabilitySections(stability: DriverStability | null): Section[] {
  if (stability === null || stability.folds.length < 2) return [];
  const { mean_rank_correlation, mean_jaccard, top, features, folds } = stability;
  const always = features.filter(({ folds_in_top }) => folds_in_top === folds.length).length;
  const shown = (value: number | null) => (value === null ? 'not known' : value.toFixed(2));
  return [
    {
      title: 'Whether the folds rest on the same features',
      says:
        `Mean absolute SHAP of each fold's own model on rows that it judged. ${always} of ${features.length} features are among the top ${top} ` +
        `in every fold; two folds share ${shown(mean_jaccard)} of their top ${top} on average (Jaccard, 1 is all), and their rank ` +
        `correlation is ${shown(mean_rank_correlation)} (1 is the same order, 0 is chance). Drivers that come and go are a sign of noise.`,
      charts: [stabilityChart(stability)],
    },
  ];
}

/** Each feature's place in each fold; coloured where it is among the top. */
export function stabilityChart({ features, folds, top }: DriverStability): Chart {
  const shown = features.slice(0, MOST_FEATURES);
  const values = shown.flatMap(({ feature, ranks }) =>
    ranks.map((rank, at) => ({
      feature,
      fold: `fold ${folds[at]}`,
      rank,
      says: rank === null ? '-' : String(rank),
    })),
  );
  const coloured = values.filter(({ rank }) => rank !== null && rank <= top);
  const place = {
    y: nominal('feature', '', { sort: shown.map(({ feature }) => feature) }),
    x: nominal('fold', '', { axis: { labelAngle: 0 } }),
  };
  return chart({
    title: `place of each driver by fold, coloured in the top ${top}`,
    width: { step: 70 },
    height: { step: 18 },
    values,
    layer: [
      {
        data: { values: coloured },
        mark: 'rect',
        encoding: {
          ...place,
          color: quantitative('rank', 'place', {
            scale: { scheme: 'blues', reverse: true, domain: [1, top] },
            legend: null,
          }),
        },
      },
      {
        mark: { type: 'text', fontSize: 10 },
        encoding: {
          ...place,
          text: { field: 'says', type: 'nominal' },
          color: {
            condition: { test: 'datum.rank !== null && datum.rank < 5', value: 'white' },
            value: '#222',
          },
        },
      },
    ],
  });
}
