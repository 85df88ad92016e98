import type { Backend } from '../domain/market/backend.ts';
import type { Explanation, RegimeState, Scored } from './model-scorer.ts';

/** What a bundle says of one row. */
export interface BackendAnswer {
  readonly scored: Scored;
  /** One for each class: SELL, HOLD, BUY. */
  readonly explanations: readonly Explanation[];
}

/**
 * Where one bundle's answers are computed. The same row and regime state give the same answer to the last bit, whichever
 * backend of that bundle is asked.
 */
export interface ScoringBackend {
  readonly name: Backend;
  /**
   * Scores and explains one row of raw features with the regime state after its minute.
   * @throws BackendFault saying in one word why there is no answer; a backend in process throws none.
   */
  answer(featureRow: Float64Array, state: RegimeState): Promise<BackendAnswer>;
}
