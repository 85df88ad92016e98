import { type Exchange, type Origin, originOf, type StoredSnapshot } from '../market/snapshot.ts';

/** Snapshots by how they came; an origin that none has is left out. */
export type OriginCounts = Readonly<Partial<Record<Origin, number>>>;

/** Counts snapshots by how they came. Example: `{ live: 375 }`. */
export function countOrigins(snapshots: readonly StoredSnapshot[]): OriginCounts {
  const counts: Partial<Record<Origin, number>> = {};
  for (const snapshot of snapshots) {
    const origin = originOf(snapshot);
    counts[origin] = (counts[origin] ?? 0) + 1;
  }
  return counts;
}

/** Registry row of one micro-batch file: what it holds and how to prove it. Readers of `raw` go by these rows only. */
export interface BatchRow {
  readonly batch_id: string;
  readonly exchange: Exchange;
  readonly date: string;
  readonly path: string;
  /** Leg rows in the file. */
  readonly records: number;
  readonly snapshots: number;
  /** How they came; rows of older environments do not say. */
  readonly origins?: OriginCounts;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
  /** The times of the snapshots in the file, earliest and latest of each: at the exchange, at the tracker, at the API. */
  readonly first_timestamp: string;
  readonly last_timestamp: string;
  readonly first_received_at: string;
  readonly last_received_at: string;
  readonly first_recorded_at: string;
  readonly last_recorded_at: string;
  /** When the file was registered. */
  readonly recorded_at: string;
}

export const DAY_FILE_KINDS = ['chain', 'features', 'labels'] as const;
export type DayFileKind = (typeof DAY_FILE_KINDS)[number];

/** Registry row of the one file that counts for a kind, set, exchange and day; `revision` grows with each switch. */
export interface DayFileRow {
  readonly kind: DayFileKind;
  /** Feature set or label set; `chain` for the chain itself. */
  readonly set: string;
  readonly exchange: Exchange;
  readonly date: string;
  readonly path: string;
  readonly rows: number;
  /** Of a chain day: how its snapshots came, those that do not count among them; rows of older environments do not say. */
  readonly origins?: OriginCounts;
  /** Size of the file; rows of older environments do not say. */
  readonly bytes?: number;
  readonly sha256: string;
  /** SHA-256 of the file this one was made from (a label or feature day of its chain); null for the chain. */
  readonly source_sha256: string | null;
  /** Newest `recorded_at` of what the file holds: a dataset with an earlier knowledge cutoff must not use it. */
  readonly last_recorded_at: string;
  readonly created_at: string;
  /** Of a chain day: the micro-batches it has taken in, which readers must not read again; else empty. */
  readonly batch_ids: readonly string[];
  /**
   * Of a features day: rows served live, how many of them this file repeats bit for bit, and the first that it does not
   * (features/parity.ts); else null.
   */
  readonly parity: {
    readonly served: number;
    readonly equal: number;
    readonly first_difference?: string | null;
  } | null;
  readonly revision: number;
}
