import type { Exchange } from '../domain/market/snapshot.ts';
import type { Control, ControlScope } from '../domain/risk/control.ts';
import type { SessionState } from '../domain/risk/session-state.ts';
import type { AccountBook } from '../domain/risk/totals.ts';

/** The risk state that every function sees alike: sessions, and an operator's orders. */
export interface RiskStore {
  /** Every exchange's session that was ever written, and the halts in force, as of now: nothing is remembered. */
  book(): Promise<AccountBook>;
  /**
   * Changes an exchange's session; one that was never written is an empty one of 1970. Where somebody else writes in
   * between, the change is made again on what they wrote, so it must be a function of the state alone; a change that
   * changes nothing is not written. @returns the state as it stands. @throws Temporary when others kept being faster.
   */
  change(exchange: Exchange, change: (state: SessionState) => SessionState): Promise<SessionState>;
  /** The last order of a scope. */
  lastControl(scope: ControlScope): Promise<Control | undefined>;
  /** Keeps an order for good; expects the stored revision to be one less. @throws Conflict when it is not. */
  control(order: Control): Promise<void>;
  /** Orders of all scopes, newest first, at most `limit`. */
  controls(limit: number): Promise<Control[]>;
}
