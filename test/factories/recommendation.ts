import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import type { StoredTrade, Trade } from '../../shared/domain/audit/trade.ts';
import { tradeSchema } from '../../shared/domain/audit/trade.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { type Recommendation, recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import { recommendationId } from '../../shared/domain/scoring/recommendation-id.ts';

/** A BUY of a call at 12:35 IST on 2025-12-04 that every risk rule agrees with; `overrides` replace single fields. */
export function aRecommendation(overrides: Partial<Recommendation> = {}): Recommendation {
  const timestamp = utcIso(epochMs(overrides.timestamp ?? '2025-12-04T12:35:00+05:30'));
  const input_hash = contentHash(`${overrides.exchange ?? 'NSE'} ${timestamp} ${overrides.target ?? 'tb15'}`);
  const { leaf_hash: _leaf, ...unsealed } = recommendationSchema.parse({
    id: recommendationId(epochMs(timestamp), input_hash),
    received_at: timestamp,
    recorded_at: timestamp,
    exchange: 'NSE',
    target: 'tb15',
    symbol: 'NIFTY25D0926050CE',
    action: 'BUY',
    confidence: 0.6,
    probabilities: { sell: 0.2, hold: 0.2, buy: 0.6 },
    regime: 1,
    regime_probabilities: [0.2, 0.8],
    kelly_fraction: 0.02,
    kelly_full: 0.2,
    recommended_lots: 2,
    execute: true,
    risk_flags: [],
    hold_reason: null,
    rationale: 'BUY at 60 %.',
    model_version: '2025-12-03-aaaaaaaa',
    feature_set: 'tracker-v2',
    dataset_version: '2025-12-03',
    drivers: [],
    features_summary: {},
    input_hash,
    latency_us: 1500,
    leaf_hash: '0'.repeat(64),
    ...overrides,
    timestamp,
  });
  return seal(unsealed);
}

/** The report of a trade that follows a recommendation: executed in the minute of the recommendation. */
export function aTrade(recommendation: Recommendation, overrides: Partial<Trade> = {}): StoredTrade {
  const trade = tradeSchema.parse({
    recommendation_id: recommendation.id,
    trade_id: `T-${recommendation.id.slice(-6)}`,
    status: 'executed',
    exchange: recommendation.exchange,
    symbol: recommendation.symbol,
    side: 'BUY',
    quantity_lots: 2,
    price: 130,
    timestamp: recommendation.timestamp,
    ...overrides,
  });
  return seal({ ...trade, recorded_at: utcIso(epochMs(trade.timestamp)) });
}
