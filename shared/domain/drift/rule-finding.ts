/** What one drift rule says about one feature. */
export interface DriftFinding {
  readonly rule: 'psi' | 'mean-shift' | 'missing-values';
  readonly value: number;
  readonly threshold: number;
  readonly breached: boolean;
}
