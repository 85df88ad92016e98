/** One out-of-sample minute: what the model said, what it would have done, what the label turned out to be. */
export interface ScoredRow {
  /** Indian date of the session. */
  readonly session: string;
  /** Minute of the Indian day. */
  readonly minute: number;
  /** The underlying at that minute; null when none was recorded. */
  readonly price: number | null;
  /** Calibrated probabilities. */
  readonly sell: number;
  readonly hold: number;
  readonly buy: number;
  /** Likeliest regime state; null when the bundle has none. */
  readonly regime: number | null;
  /** -1 the lower barrier, 0 neither, 1 the upper barrier; null when it never could be known. */
  readonly label: -1 | 0 | 1 | null;
  /** What the bundle's thresholds ask for: 1 long, -1 short, 0 nothing. */
  readonly position: -1 | 0 | 1;
}

/** A row whose label is known. */
export interface LabelledRow extends ScoredRow {
  readonly label: -1 | 0 | 1;
}
