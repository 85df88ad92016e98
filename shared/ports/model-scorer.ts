import type { Bundle } from '../domain/training/bundle.ts';
import type { OpenSession } from './model-session.ts';

/** Chances of the regime states after a session's rows so far; null before its first one. */
export type RegimeState = Float64Array | null;

export interface Scored {
  /** SELL, HOLD, BUY; sum 1. */
  readonly probabilities: readonly [number, number, number];
  /** Before calibration. */
  readonly rawScores: readonly [number, number, number];
  /** The likeliest state; 0 is the calmest. */
  readonly regime: number;
  readonly regimeProbabilities: readonly number[];
}

export interface Contribution {
  /** A feature's name, or `regime_0` .. for the chance of a state. */
  readonly feature: string;
  readonly value: number;
  /** Shapley value of the class's raw score. */
  readonly shap: number;
}

export interface Explanation {
  /** `permutation` is an estimate, for a graph that cannot be looked into; it adds up, too. */
  readonly method: 'exact' | 'permutation';
  /** Expected raw score of the class, in the row's regime where each has a model; with all contributions the score. */
  readonly baseScore: number;
  /** What was taken apart, the same for every class; at hand where the contributions are made when they are looked at. */
  readonly inputs?: readonly Omit<Contribution, 'shap'>[];
  /** In the order of the features, then the regime states. May be made when it is first looked at. */
  readonly contributions: readonly Contribution[];
}

/** Scores of many rows, row by row. */
export interface ScoredBatch {
  /** [rows x 3] */
  readonly probabilities: Float64Array;
  /** [rows x 3] */
  readonly rawScores: Float64Array;
  /** [rows x states] */
  readonly regimeProbabilities: Float64Array;
}

/** A loaded bundle that answers. Rows are raw features in the order of `bundle.feature_names`. */
export interface Scorer {
  readonly bundle: Bundle;
  /**
   * One step of the regime filter, once a minute, on the minute's last row.
   * @returns the new state; the given one is not changed
   */
  advanceRegime(state: RegimeState, featureRow: Float64Array): RegimeState;
  /** Scores one row with the state after its minute (null: the chances at a session's start). */
  score(featureRow: Float64Array, state: RegimeState): Promise<Scored>;
  /** Takes the raw scores of one row apart. @returns one for each class: SELL, HOLD, BUY */
  explain(featureRow: Float64Array, state: RegimeState): Promise<readonly Explanation[]>;
  /** Replays sessions: steps the regime on each row (afresh at each session) and scores it. */
  replay(features: Float64Array, sessions: readonly string[]): Promise<ScoredBatch>;
  close(): Promise<void>;
}

/**
 * Opens a bundle's files after checking every SHA-256.
 * Rejects with InvariantViolated naming the file that is missing or different.
 */
export type LoadBundle = (
  files: ReadonlyMap<string, Uint8Array>,
  openSession: OpenSession,
) => Promise<Scorer>;
