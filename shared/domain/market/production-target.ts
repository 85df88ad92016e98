/**
 * What the model in production predicts: the triple barrier within 15 minutes. Scoring, drift, health and the journey
 * look at this target; every other one is a research candidate (training/targets.ts).
 */
export const PRODUCTION_TARGET = 'tb15';
