import type { StoredFeedback } from '../domain/audit/feedback.ts';
import type { StoredTrade } from '../domain/audit/trade.ts';
import type { Exchange } from '../domain/market/snapshot.ts';
import type { FollowedOutcome } from '../domain/outcomes/outcome.ts';
import type { TradeMark } from '../domain/outcomes/trade-mark.ts';
import type { Recommendation } from '../domain/scoring/recommendation.ts';

/** A recommendation with everything that followed it. */
export interface RecommendationTrail {
  readonly recommendation: Recommendation;
  /** Place in the audit log; null until sealed. */
  readonly logIndex: number | null;
  readonly trades: readonly StoredTrade[];
  /** Its trades as re-marked from recorded prices. */
  readonly marks: readonly TradeMark[];
  readonly outcomes: readonly FollowedOutcome[];
  /** What operators said of it, oldest first. */
  readonly feedback: readonly StoredFeedback[];
}

/** A recommendation with its place in the audit log; null until sealed. */
export type PlacedRecommendation = Pick<RecommendationTrail, 'recommendation' | 'logIndex'>;

/** A trade with its reports, oldest first, and its mark, null before the first. */
export interface TradeTrail {
  readonly reports: readonly StoredTrade[];
  readonly mark: TradeMark | null;
}

/** An outcome to be kept, and when to look at it again (UTC ISO; null: never, unless its day is asked again). */
export interface OutcomeChange {
  readonly outcome: FollowedOutcome;
  readonly dueAt: string | null;
}

/** Recommendations, their trades and outcomes, by id and by day. */
export interface RecommendationStore {
  /** @returns the recommendation already stored under the id, or undefined when this one was written. */
  add(recommendation: Recommendation): Promise<Recommendation | undefined>;
  /** @throws NotFound naming the id. */
  trail(id: string): Promise<RecommendationTrail>;
  /** The recommendations of an exchange and Indian date, by time. */
  ofDay(exchange: Exchange, date: string): Promise<Recommendation[]>;
  /** The same with their places in the audit log. */
  placedOfDay(exchange: Exchange, date: string): Promise<PlacedRecommendation[]>;
  /** Sealed recommendations of an exchange without an outcome that are due by then (UTC ISO), at most `limit`. */
  unresolved(exchange: Exchange, dueBy: string, limit: number): Promise<Recommendation[]>;
  /** Outcomes with a horizon that is due by then (UTC ISO), at most `limit`. */
  unfinished(exchange: Exchange, dueBy: string, limit: number): Promise<FollowedOutcome[]>;
  /** @throws Conflict when the same trade report was stored before. */
  addTrade(trade: StoredTrade): Promise<void>;
  /** The reports of one trade, oldest first. */
  tradeReports(tradeId: string): Promise<StoredTrade[]>;
  /** Every report of an Indian date (its own time's), all exchanges and whoever made it, oldest first. */
  tradesOfDay(date: string): Promise<StoredTrade[]>;
  tradeTrail(tradeId: string): Promise<TradeTrail>;
  /** Sealed reports of executed and closed trades that still have to be marked, oldest first, at most `limit`. */
  unmarked(limit: number): Promise<StoredTrade[]>;
  /**
   * Keeps a mark that follows the stored one (its revision is one higher, or 0), and takes the given reports off the
   * list of those that have to be marked. @throws Conflict when somebody else was faster.
   */
  putMark(mark: TradeMark, settled: readonly StoredTrade[]): Promise<void>;
  /** Marks of the trades of an Indian date, all exchanges, by time of entry. */
  marksOfDay(date: string): Promise<TradeMark[]>;
  /**
   * Keeps outcomes of sealed recommendations (each revision one higher than the stored one, or 0) and says when they are
   * due again, all or none; at most OUTCOMES_AT_ONCE. @throws Conflict when one of them is not sealed or was faster.
   */
  resolve(changes: readonly OutcomeChange[]): Promise<void>;
  /** Outcomes of the recommendations of an exchange and Indian date, by the recommendations' times. */
  outcomesOfDay(exchange: Exchange, date: string): Promise<FollowedOutcome[]>;
  /** @throws Conflict when the caller's feedback of that moment was stored before. */
  addFeedback(feedback: StoredFeedback): Promise<void>;
}
