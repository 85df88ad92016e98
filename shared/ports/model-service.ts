import type { FeatureRow } from '../domain/features/feature-row.ts';
import type { FeatureSet } from '../domain/features/feature-set.ts';
import type { Exchange } from '../domain/market/snapshot.ts';
import type { GivenAs } from '../domain/scoring/given-state.ts';
import type { ReferenceProfile } from '../domain/scoring/reference.ts';
import type { RegimeBefore, ScoredSignal } from '../domain/scoring/signal.ts';

/** A feature vector that is to be scored. */
export interface VectorToScore {
  readonly vector: FeatureRow;
  /**
   * The vectors of its session's earlier minutes (each minute's last, by time) for the regime filter; left out: those
   * that the online window holds.
   */
  readonly earlier?: readonly FeatureRow[] | undefined;
  /** Where the regime filter stood before the vector, for an answer that is given again; it comes before `earlier`. */
  readonly before?: RegimeBefore | undefined;
  /** How it was posted; left out for a vector that the loop itself made and keeps. */
  readonly given?: GivenAs | undefined;
  /** False where nobody asks why: the signal then has no drivers. */
  readonly explains?: boolean | undefined;
}

/** One model, from when it was asked for until its answer: another may go live meanwhile. */
export interface AnsweringModel {
  /** The feature set of its vectors; the training set where nothing that can be used is live. */
  readonly set: FeatureSet;
  /** What it was trained on, in the order of the set; null without a model. */
  readonly reference: ReferenceProfile | null;
  /** Without a model or a vector the signal is HOLD at confidence 0. */
  scoreFeatures(asked: VectorToScore | undefined): Promise<ScoredSignal>;
}

/** Says which model answers for an exchange and target, and lets it score feature vectors. It writes nothing. */
export interface ModelService {
  /** The live model; always one that answers: where none can be used, its signals are HOLD and say why. */
  answering(exchange: Exchange, target: string): Promise<AnsweringModel>;
}
