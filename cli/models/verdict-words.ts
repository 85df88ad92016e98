/** What the evaluate stage says of a candidate, as far as a person is told. */
export interface Evaluated {
  readonly pass: boolean;
  /** Names of the rules that failed. */
  readonly failed: readonly string[];
  /** Why the gate's rules do not apply; left out where they do. */
  readonly not_judged?: string;
}

/** The verdict in a few words. Example: `REFUSED by sharpe, hit-rate-holds`. */
export function verdictWords({ pass, failed, not_judged }: Evaluated): string {
  if (not_judged !== undefined) return `not judged: ${not_judged}`;
  return pass ? 'PASS' : `REFUSED by ${failed.join(', ')}`;
}
