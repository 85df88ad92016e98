import type { MacroKey } from '../../market/snapshot.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';

/** Macro values of the last snapshot, as delivered, if they had been made by then. */
export const MACRO = featureGroup(
  {
    fii_dii_net: of('fii_dii_net', 'crore rupees'),
    usdinr_trend: of('usdinr_trend', 'as delivered'),
    crude_trend: of('crude_trend', 'as delivered'),
    banknifty_correlation: of('banknifty_correlation', '-1..1'),
    risk_on_score: of('risk_on_score', '-1..1'),
    news_sentiment_score: of('news_sentiment_score', '-1..1'),
    vix_contango_pct: of('vix_contango_pct', 'pct'),
    vix_term_spread: of('term_structure_spread', 'vix points'),
  },
  ({ window: { macro } }: ChainContext) => ({
    fii_dii_net: macro?.fii_dii_net ?? Number.NaN,
    usdinr_trend: macro?.usdinr_trend ?? Number.NaN,
    crude_trend: macro?.crude_trend ?? Number.NaN,
    banknifty_correlation: macro?.banknifty_correlation ?? Number.NaN,
    risk_on_score: macro?.risk_on_score ?? Number.NaN,
    news_sentiment_score: macro?.news_sentiment_score ?? Number.NaN,
    vix_contango_pct: macro?.vix_contango_pct ?? Number.NaN,
    vix_term_spread: macro?.term_structure_spread ?? Number.NaN,
  }),
);

function of(key: MacroKey, unit: string): Described {
  return {
    unit,
    formula: `macro.${key}, as delivered, when its as_of is not after received_at`,
    source: `macro.${key}`,
    lookBackMinutes: 0,
    missing: 'NaN when absent, null or not known yet',
  };
}
