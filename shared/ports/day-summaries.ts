import type { DaySummary } from '../domain/features/day-summary.ts';
import type { Exchange } from '../domain/market/snapshot.ts';

/** Whole sessions in a few numbers, for features that look back over days. Kept for good. */
export interface DaySummaries {
  /** Keeps the summary of a session; the first one stays. @returns whether it was kept. */
  add(exchange: Exchange, summary: DaySummary): Promise<boolean>;
  /** Summaries with from <= date <= to, oldest first. */
  between(exchange: Exchange, from: string, to: string): Promise<DaySummary[]>;
  /**
   * Fixes which earlier sessions the live rows of a session look back on; the first call decides.
   * @returns the dates that were fixed.
   */
  fix(exchange: Exchange, date: string, earlier: readonly string[]): Promise<readonly string[]>;
  /** What `fix` decided for a session; undefined for one that served nothing. */
  fixed(exchange: Exchange, date: string): Promise<readonly string[] | undefined>;
}
