/** The model families that a candidate can be trained with; `lightgbm` is the production family. */
export const MODEL_FAMILIES = ['lightgbm', 'xgboost', 'linear', 'stacked'] as const;
export type FamilyName = (typeof MODEL_FAMILIES)[number];
