import type { FeatureRow } from './feature-row.ts';

/** What the feature stage asks of the score stage: answer for this moment, on the row of the live bundle's feature set. */
export interface ScoreRequest {
  readonly exchange: FeatureRow['exchange'];
  readonly timestamp: string;
}
