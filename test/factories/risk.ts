import { epochMs, istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { resultFact } from '../../shared/domain/outcomes/session-result.ts';
import type { Opening, RiskFact, SessionState } from '../../shared/domain/risk/session-state.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import { recommendationId } from '../../shared/domain/scoring/recommendation-id.ts';

/** The fact that a trade of the session's nth recommendation brought so much. */
export function aResult(date: string, nth: number, pnl_rupees: number | null): RiskFact {
  const atMs = istMs(date, 600 + nth);
  const recommendation_id = recommendationId(atMs, String(nth).padStart(64, '0'));
  return resultFact({ trade_id: `R-${nth}`, recommendation_id, date, pnl_rupees, marked_at: utcIso(atMs) });
}

/** A change that leaves the session with these results, in their order, and nothing else. */
export function bringing(date: string, ...pnl: readonly number[]): (state: SessionState) => SessionState {
  return (state) =>
    pnl.map((value, nth) => aResult(date, nth, value)).reduce(withFact, { ...state, date, trades: [] });
}

/** 2 lots of an at-the-money call at 130, entered at 12:35 on 2026-01-05. */
export function anOpening(overrides: Partial<Opening> = {}): Opening {
  return {
    at: utcIso(epochMs('2026-01-05T12:35:00+05:30')),
    symbol: 'NIFTY26JAN26050CE',
    side: 'BUY',
    lots: 2,
    units: 130,
    price_rupees: 130,
    delta: 0.5,
    underlying: 26000,
    recommendation_id: null,
    ...overrides,
  };
}
