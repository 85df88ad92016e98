import type { HistoryRow } from './registry.ts';

/**
 * The history row of a switch that was planned but did not happen (lost race, failed verification before it).
 * `pointerRevision` is the pointer's revision as it stayed. Example: `failureHistory(plan.history, 'Conflict: ...', 3)`.
 */
export function failureHistory(planned: HistoryRow, failure: string, pointerRevision: number): HistoryRow {
  return { ...planned, event: 'failed', refusal: failure, pointer_revision: pointerRevision };
}
