import type { Exchange } from '../domain/market/snapshot.ts';

/** What an exchange's session has brought so far, from re-marked, uninverted trades. */
export interface RiskState {
  /** Indian date; another date means nothing has happened yet today. */
  readonly date: string;
  /** Fraction of the account, negative when losing. */
  readonly daily_return: number;
  readonly consecutive_losses: number;
}

/** The risk state that every scoring function sees alike. */
export interface RiskStore {
  state(exchange: Exchange): Promise<RiskState | undefined>;
  put(exchange: Exchange, state: RiskState): Promise<void>;
}
