/** Raw scores taken apart: what is expected, and what each column adds. */
export interface ScoreParts {
  /** [classes] */
  readonly baseScores: Float64Array;
  /** [classes x columns]; a class's values and its base score add up to its raw score. */
  readonly contributions: Float64Array;
  /** [columns]: those of one class alone, to the last bit, where that spares the work of the others. */
  readonly ofClass?: (own: number) => Float64Array;
}
