import type { AuditEntry, ChainHead, Unchained } from '../domain/audit/chain.ts';

/** Points at a record that belongs into the audit log. */
export type AuditRef =
  | { readonly kind: 'recommendation'; readonly id: string }
  | {
      readonly kind: 'trade';
      readonly trade_id: string;
      readonly timestamp: string;
      readonly status: string;
    };

/** The append-only log: parts in a locked bucket, the head in a table. */
export interface AuditLog {
  head(): Promise<ChainHead>;
  /** The referenced records that are not in the log yet, in the order of the references. */
  unchained(refs: readonly AuditRef[]): Promise<Unchained[]>;
  /** Writes the part that starts at its first entry's index. @returns false when that part already exists. */
  putPart(entries: readonly AuditEntry[]): Promise<boolean>;
  /** @throws NotFound when there is no part that starts at the index. */
  part(firstIndex: number): Promise<AuditEntry[]>;
  /** Moves the head past a written part and marks its records as sealed. @throws Conflict when the head moved. */
  advance(from: ChainHead, entries: readonly AuditEntry[]): Promise<void>;
  /** Records stored before `recordedBefore` that are not in the log yet, oldest first. */
  waiting(recordedBefore: string, limit: number): Promise<AuditRef[]>;
}
