import type { Macro } from '../shared/domain/market/snapshot.ts';
import { RandomStream } from './random.ts';

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** The macro values of one day, the same for every chain; they say nothing about the day's returns. */
export function simulateMacro(seed: number, date: string): Macro {
  const random = new RandomStream(seed, `macro/${date}`);
  const bounded = () => Math.tanh(0.6 * random.normal());
  return {
    fii_dii_net: round(1800 * random.normal(), 2),
    usdinr_trend: round(0.03 * random.normal(), 4),
    crude_trend: round(0.6 * random.normal(), 4),
    banknifty_correlation: round(Math.tanh(1.1 + 0.3 * random.normal()), 4),
    risk_on_score: round(bounded(), 3),
    news_sentiment_score: round(bounded(), 3),
    vix_contango_pct: round(3 + 2.5 * random.normal(), 4),
    term_structure_spread: round(0.4 + 0.4 * random.normal(), 4),
  };
}
