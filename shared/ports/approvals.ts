import type { Exchange } from '../domain/market/snapshot.ts';
import type { Approval } from '../domain/promotion/approval.ts';

/** The promotions that wait for a person, one row per exchange and target. */
export interface Approvals {
  /** The one that waits, or the last one that did. */
  current(exchange: Exchange, target: string): Promise<Approval | undefined>;
  /** Expects the stored revision to be one less. @throws Conflict when somebody was faster. */
  put(approval: Approval): Promise<void>;
}
