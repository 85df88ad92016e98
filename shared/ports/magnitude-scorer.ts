import type { MagnitudeBundle } from '../domain/training/magnitude/bundle.ts';
import type { Explanation, RegimeState, Scorer } from './model-scorer.ts';
import type { OpenSession } from './model-session.ts';

export interface ScoredMagnitude {
  /** In `bundle.unit`. */
  readonly value: number;
  /** The likeliest state; 0 is the calmest. */
  readonly regime: number;
  readonly regimeProbabilities: readonly number[];
}

/** A loaded bundle that answers a number. Rows are raw features in the order of `bundle.feature_names`. */
export interface MagnitudeScorer extends Pick<Scorer, 'advanceRegime' | 'close'> {
  readonly bundle: MagnitudeBundle;
  /** Forecasts one row with the state after its minute (null: the chances at a session's start). */
  score(featureRow: Float64Array, state: RegimeState): Promise<ScoredMagnitude>;
  /** Takes the answer to one row apart: the base score and all contributions add up to it. */
  explain(featureRow: Float64Array, state: RegimeState): Promise<Explanation>;
  /** Replays sessions: steps the regime on each row (afresh at each session) and forecasts it. */
  replay(
    features: Float64Array,
    sessions: readonly string[],
  ): Promise<{
    /** [rows] */
    readonly values: Float64Array;
    /** [rows x states] */
    readonly regimeProbabilities: Float64Array;
  }>;
}

/**
 * Opens the files of a magnitude's bundle after checking every SHA-256.
 * Rejects with InvariantViolated naming the file that is missing or different, or when the bundle answers classes.
 */
export type LoadMagnitude = (
  files: ReadonlyMap<string, Uint8Array>,
  openSession: OpenSession,
) => Promise<MagnitudeScorer>;
