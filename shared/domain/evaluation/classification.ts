import { precisionAtTopK as statedPrecision } from '../../stats/precision-at-top-k.ts';
import type { LabelledRow } from './scored-row.ts';

/** Shares of the three classes among labelled rows; zeros when there are none. */
export interface BaseRates {
  readonly sell: number;
  readonly hold: number;
  readonly buy: number;
}

export function baseRates(rows: readonly LabelledRow[]): BaseRates {
  const share = (label: number) =>
    rows.length === 0 ? 0 : rows.filter((row) => row.label === label).length / rows.length;
  return { sell: share(-1), hold: share(0), buy: share(1) };
}

/** The likeliest class as a label; a tie goes to HOLD, then to SELL. */
export function likeliest(row: Pick<LabelledRow, 'sell' | 'hold' | 'buy'>): -1 | 0 | 1 {
  if (row.hold >= row.sell && row.hold >= row.buy) return 0;
  return row.sell >= row.buy ? -1 : 1;
}

/**
 * Mean of the F1 scores of SELL and BUY, taking each row's likeliest class; a class that is neither predicted nor
 * present scores 0. No rows give null. Guessing by base rates scores the mean of the two base rates.
 */
export function directionalF1(rows: readonly LabelledRow[]): number | null {
  if (rows.length === 0) return null;
  const scoreOf = (label: -1 | 1) => {
    const predicted = rows.filter((row) => likeliest(row) === label);
    const present = rows.filter((row) => row.label === label).length;
    const right = predicted.filter((row) => row.label === label).length;
    const total = predicted.length + present;
    return total === 0 ? 0 : (2 * right) / total;
  };
  return (scoreOf(-1) + scoreOf(1)) / 2;
}

/**
 * Share right among the `k` rows of each session whose larger directional probability is highest (the earlier row
 * first on a tie). A day with fewer rows uses them all. No rows give null.
 */
export function precisionAtTopK(rows: readonly LabelledRow[], k: number): number | null {
  const statements = rows.map(({ session, sell, buy, label, minute }) => ({
    session,
    conviction: Math.max(sell, buy),
    order: minute,
    isRight: label === (sell > buy ? -1 : 1),
  }));
  return statedPrecision(statements, k);
}
