import type { AuditEntry } from '../domain/audit/chain.ts';

/** Where the audit log ends. */
export interface AuditHead {
  /** Entries in the log; the next entry has this index. */
  readonly size: number;
  /** Hash of the last entry; empty for an empty log. */
  readonly lastHash: string;
}

/** The append-only log: parts in a locked bucket, the head in a table. */
export interface AuditLog {
  head(): Promise<AuditHead>;
  /** Writes the part that starts at its first entry's index. @returns false when that part already exists. */
  putPart(entries: readonly AuditEntry[]): Promise<boolean>;
  /** @throws NotFound when there is no part that starts at the index. */
  part(firstIndex: number): Promise<AuditEntry[]>;
  /** Moves the head past a written part and marks its records as sealed. @throws Conflict when the head moved. */
  advance(from: AuditHead, entries: readonly AuditEntry[]): Promise<void>;
}
