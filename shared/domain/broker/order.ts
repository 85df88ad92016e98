import * as z from 'zod';
import { epochMs, minuteOfDay, sessionDate } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';
import { type Recommendation, recommendationSchema } from '../scoring/recommendation.ts';

/** An executable recommendation, as the broker follows it. */
export interface Order {
  readonly recommendation_id: string;
  readonly exchange: Exchange;
  /** Indian date of the session it is of. */
  readonly date: string;
  /** The contract to buy: a call on BUY, a put on SELL. */
  readonly symbol: string;
  readonly lots: number;
  /** Probability of the action. */
  readonly confidence: number;
  /** Minute of the Indian day of the snapshot that it was made on. */
  readonly minute: number;
  /** When the broker had it, epoch milliseconds: nothing that was known by then fills it. */
  readonly placed_ms: number;
}

const { shape } = recommendationSchema;

/** What the broker reads of a recommendation. */
export const tradableSchema = z.object({
  id: shape.id,
  timestamp: shape.timestamp,
  recorded_at: shape.recorded_at,
  exchange: shape.exchange,
  symbol: shape.symbol,
  confidence: shape.confidence,
  recommended_lots: shape.recommended_lots,
  execute: shape.execute,
});
type Tradable = Pick<Recommendation, keyof z.infer<typeof tradableSchema>>;

/** The order of a recommendation that the broker has at `nowMs`; null for one that is not to be executed. */
export function orderOf(recommendation: Tradable, nowMs: number): Order | null {
  const { id, exchange, timestamp, recorded_at, symbol, recommended_lots, confidence } = recommendation;
  if (!recommendation.execute || symbol === null || recommended_lots < 1) return null;
  const timestampMs = epochMs(timestamp);
  return {
    recommendation_id: id,
    exchange,
    date: sessionDate(timestampMs),
    symbol,
    lots: recommended_lots,
    confidence,
    minute: minuteOfDay(timestampMs),
    placed_ms: Math.max(epochMs(recorded_at), nowMs),
  };
}
