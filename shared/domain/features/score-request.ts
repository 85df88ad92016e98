import type { FeatureRow } from './feature-row.ts';

/** What the feature stage asks of the score stage: answer for this feature row. */
export interface ScoreRequest {
  readonly exchange: FeatureRow['exchange'];
  readonly timestamp: string;
  readonly feature_set: string;
}
