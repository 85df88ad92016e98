import type { AlertState } from '../domain/alerts/alert-state.ts';

/** The state of every alert by rule and exchange. */
export interface AlertStore {
  state(rule: string, exchange: string): Promise<AlertState | undefined>;
  /** Expects the stored revision to be one less. @throws Conflict when somebody was faster. */
  put(state: AlertState): Promise<void>;
  all(): Promise<AlertState[]>;
}
