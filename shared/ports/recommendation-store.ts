import type { StoredTrade } from '../domain/audit/trade.ts';
import type { Exchange } from '../domain/market/snapshot.ts';
import type { Outcome } from '../domain/outcomes/outcome.ts';
import type { Recommendation } from '../domain/scoring/recommendation.ts';

/** A recommendation with everything that followed it. */
export interface RecommendationTrail {
  readonly recommendation: Recommendation;
  /** Place in the audit log; null until sealed. */
  readonly logIndex: number | null;
  readonly trades: readonly StoredTrade[];
  readonly outcomes: readonly Outcome[];
}

/** Recommendations, their trades and outcomes, by id and by day. */
export interface RecommendationStore {
  /** @returns the recommendation already stored under the id, or undefined when this one was written. */
  add(recommendation: Recommendation): Promise<Recommendation | undefined>;
  /** @throws NotFound naming the id. */
  trail(id: string): Promise<RecommendationTrail>;
  /** The recommendations of an exchange and Indian date, by time. */
  ofDay(exchange: Exchange, date: string): Promise<Recommendation[]>;
  /** Sealed recommendations of an exchange whose outcome is still open, by time, at most `limit`. */
  unresolved(exchange: Exchange, limit: number): Promise<Recommendation[]>;
  /** @throws Conflict when the same trade report was stored before. */
  addTrade(trade: StoredTrade): Promise<void>;
  /** The reports of one trade, oldest first. */
  tradeReports(tradeId: string): Promise<StoredTrade[]>;
  /** Writes the outcome of a sealed recommendation and takes it off the list of open ones. @throws Conflict before. */
  resolve(outcome: Outcome, recommendation: Recommendation): Promise<void>;
  /** Outcomes of the recommendations of an exchange and Indian date, by the recommendations' times. */
  outcomesOfDay(exchange: Exchange, date: string): Promise<Outcome[]>;
}
