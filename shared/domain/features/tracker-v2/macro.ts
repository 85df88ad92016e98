import type { MacroKey } from '../../market/snapshot.ts';
import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureContext } from './context.ts';
import { AT, type TrackerV2Name } from './names.ts';

const COLUMNS: readonly (readonly [name: TrackerV2Name, key: MacroKey, unit: string])[] = [
  ['macro_fii_dii_net', 'fii_dii_net', 'crore rupees'],
  ['macro_usdinr_trend', 'usdinr_trend', 'as delivered'],
  ['macro_crude_trend', 'crude_trend', 'as delivered'],
  ['macro_banknifty_corr', 'banknifty_correlation', '-1..1'],
  ['macro_risk_on_score', 'risk_on_score', '-1..1'],
  ['news_sentiment_score', 'news_sentiment_score', '-1..1'],
  ['vix_contango_pct', 'vix_contango_pct', 'pct'],
  ['term_structure_spread', 'term_structure_spread', 'vix points'],
];

/** Macro values of the last snapshot, as delivered (FEATURES.md, 4.9). */
export const MACRO: readonly FeatureSpec[] = COLUMNS.map(([name, key, unit]) => ({
  name,
  unit,
  formula: `macro.${key}, as delivered`,
  source: 'FEATURES.md 4.9',
  lookBackMinutes: 0,
  missing: '0',
}));

/** Writes the group's features. */
export function putMacro({ window }: FeatureContext, out: Float64Array): void {
  for (const [name, key] of COLUMNS) out[AT[name]] = window.macro?.[key] ?? 0;
}
