/** The out-of-sample scores of one session: columns of one length, one row a minute, by rising minute. */
export interface ScoreColumns {
  /** Minute of the Indian day. */
  readonly minute: Int32Array;
  /** What the thresholds ask for: 1 BUY, -1 SELL, 0 nothing. */
  readonly position: Int8Array;
  /** Calibrated probability of the class that is acted on; not read where the position is 0. */
  readonly confidence: Float64Array;
  /** Of the two directions alone, the share of the one acted on: what Kelly stakes on; not read where the position is 0. */
  readonly winProbability: Float64Array;
}

/** One scored minute, as far as a trade depends on it. */
export interface Score {
  readonly minute: number;
  readonly position: -1 | 0 | 1;
  readonly sell: number;
  readonly hold: number;
  readonly buy: number;
}

/**
 * Lays out a session's scores by column. No rows give empty columns; no direction at all a win probability of 0.
 * Example: a BUY of `{ sell: 0.2, hold: 0.2, buy: 0.6 }` has confidence 0.6 and win probability 0.75.
 */
export function scoreColumns(rows: readonly Score[]): ScoreColumns {
  const columns = {
    minute: new Int32Array(rows.length),
    position: new Int8Array(rows.length),
    confidence: new Float64Array(rows.length),
    winProbability: new Float64Array(rows.length),
  };
  for (const [i, { minute, position, sell, hold, buy }] of rows.entries()) {
    columns.minute[i] = minute;
    columns.position[i] = position;
    if (position === 0) {
      columns.confidence[i] = hold;
      continue;
    }
    const own = position === 1 ? buy : sell;
    columns.confidence[i] = own;
    columns.winProbability[i] = sell + buy === 0 ? 0 : own / (sell + buy);
  }
  return columns;
}
