import type { Exchange } from '../domain/market/snapshot.ts';
import type { DayTally } from '../domain/outcomes/day-tally.ts';

/** What each session's outcomes come to, so that nobody reads months of them again. */
export interface TallyStore {
  /** Replaces the tally of the session. */
  put(tally: DayTally): Promise<void>;
  /** The tallies of an exchange with from <= date <= to, by date. */
  between(exchange: Exchange, from: string, to: string): Promise<DayTally[]>;
}
