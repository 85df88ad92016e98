/** Raw scores taken apart: what is expected, and what each column adds. */
export interface ScoreParts {
  /** [classes] */
  readonly baseScores: Float64Array;
  /** [classes x columns]; a class's values and its base score add up to its raw score. */
  readonly contributions: Float64Array;
}
