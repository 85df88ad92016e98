import type { RiskFact } from '../risk/session-state.ts';
import type { TradeMark } from './trade-mark.ts';

/** What became of a trade by recorded prices, as far as the session's totals ask. */
export interface MarkedResult {
  readonly trade_id: string;
  readonly recommendation_id: string;
  /** Indian date of the entry. */
  readonly date: string;
  /** Rupees; null takes a result back: no price, or an exposure that contradicts the action. */
  readonly pnl_rupees: number | null;
  /** UTC: of two results the later one counts. */
  readonly marked_at: string;
}

/** The fact for the risk table. Example: a profit of 500 makes `{ kind: 'trade', date, trade: { result: { pnl_rupees: 500 } } }`. */
export function resultFact({ trade_id, date, marked_at, ...result }: MarkedResult): RiskFact {
  return {
    kind: 'trade',
    date,
    trade: { trade_id, opened: null, closed: null, result: { ...result, resolved_at: marked_at } },
  };
}

/**
 * The fact of a mark: what counts is told as it is; what does not, or no longer does, takes an earlier word back. Null for
 * a trade of nobody's recommendation.
 */
export function markFact({
  trade_id,
  recommendation_id,
  date,
  counts,
  marked_pnl,
  marked_at,
}: Pick<
  TradeMark,
  'trade_id' | 'recommendation_id' | 'date' | 'counts' | 'marked_pnl' | 'marked_at'
>): RiskFact | null {
  if (recommendation_id === null || marked_at === null) return null;
  return resultFact({ trade_id, recommendation_id, date, pnl_rupees: counts ? marked_pnl : null, marked_at });
}
