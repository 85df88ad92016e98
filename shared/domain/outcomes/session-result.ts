import type { RiskFact } from '../risk/session-state.ts';

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
