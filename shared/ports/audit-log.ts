import type { AuditEntry, LogHead, Unlogged } from '../domain/audit/log-entry.ts';

/** Points at a record that belongs into the audit log. */
export type AuditRef =
  | { readonly kind: 'recommendation'; readonly id: string }
  | {
      readonly kind: 'trade';
      readonly trade_id: string;
      readonly timestamp: string;
      readonly status: string;
    }
  | {
      readonly kind: 'feedback';
      readonly recommendation_id: string;
      readonly recorded_at: string;
      readonly by: string;
    }
  | {
      readonly kind: 'control';
      readonly scope: string;
      readonly at: string;
      readonly revision: number;
    };

/**
 * How records get their places in the audit log: a part decides what comes next, the head says how far its tiles are
 * written.
 */
export interface AuditLog {
  head(): Promise<LogHead>;
  /** The referenced records that are not in the log yet, in the order of the references. */
  unlogged(refs: readonly AuditRef[]): Promise<Unlogged[]>;
  /** Writes the part that starts at its first entry's index. @returns false when that part already exists. */
  putPart(entries: readonly AuditEntry[]): Promise<boolean>;
  /** @throws NotFound when there is no part that starts at the index. */
  part(firstIndex: number): Promise<AuditEntry[]>;
  /** Moves the head behind a part and marks its records as sealed. @throws Conflict when the head moved. */
  advance(from: LogHead, to: LogHead, entries: readonly AuditEntry[]): Promise<void>;
  /** Takes a record that is not in the log from those that wait; it stays where it is, to be found by a person. */
  setAside(record: Unlogged): Promise<void>;
  /** Records stored before `recordedBefore` that are not in the log yet, oldest first. */
  waiting(recordedBefore: string, limit: number): Promise<AuditRef[]>;
}
