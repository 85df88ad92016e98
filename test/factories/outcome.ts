import { OUTCOME_HORIZONS } from '../../shared/domain/outcomes/horizon.ts';
import { type FollowedOutcome, followedOutcomeSchema } from '../../shared/domain/outcomes/outcome.ts';
import { type TradeMark, tradeMarkSchema } from '../../shared/domain/outcomes/trade-mark.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { aRecommendation } from './recommendation.ts';

/** A BUY that rose by 0.3, resolved at every horizon; `overrides` replace single fields. */
export function aFollowedOutcome(
  recommendation: Recommendation = aRecommendation(),
  overrides: Partial<FollowedOutcome> = {},
): FollowedOutcome {
  const result = {
    ...{ status: 'resolved', reason: null, realised_return: 0.1 + 0.2, realised_direction: 1, correct: true },
  } as const;
  return followedOutcomeSchema.parse({
    recommendation_id: recommendation.id,
    exchange: recommendation.exchange,
    horizon: 15,
    ...result,
    trade_pnl: null,
    trade_id: null,
    trade_status: null,
    exposure_inverted: false,
    model_version: recommendation.model_version,
    resolved_at: '2025-12-04T07:25:00.000Z',
    recommended_at: recommendation.timestamp,
    action: recommendation.action,
    confidence: recommendation.confidence,
    regime: recommendation.regime,
    horizons: [...OUTCOME_HORIZONS, 'close'].map((horizon) => ({ ...result, horizon })),
    revision: 0,
    corrections: 0,
    earlier: [],
    ...overrides,
  });
}

/** The mark of a bought call that followed a BUY and won 1,500 rupees; `overrides` replace single fields. */
export function aTradeMark(overrides: Partial<TradeMark> = {}): TradeMark {
  return tradeMarkSchema.parse({
    trade_id: 'T-1',
    recommendation_id: aRecommendation().id,
    action: 'BUY',
    model_version: '2025-12-03-aaaaaaaa',
    confidence: 0.6,
    regime: 1,
    origin: 'auto',
    exchange: 'NSE',
    chain: 'NSE_MONTHLY',
    symbol: 'NIFTY25D0926050CE',
    side: 'BUY',
    quantity_lots: 2,
    units: 75,
    date: '2025-12-04',
    entered_at: '2025-12-04T07:05:00.000Z',
    closed_at: '2025-12-04T07:20:00.000Z',
    status: 'closed',
    reason: null,
    claimed_entry: 130,
    claimed_exit: 145,
    marked_entry: 130,
    marked_exit: 140,
    claimed_pnl: 2250,
    marked_pnl: 1500,
    difference: 750,
    exposure_inverted: false,
    counts: true,
    marked_at: '2025-12-04T07:25:00.000Z',
    revision: 0,
    corrections: 0,
    earlier: [],
    ...overrides,
  });
}
