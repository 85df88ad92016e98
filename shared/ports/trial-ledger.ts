import type { Trial } from '../domain/training/trial.ts';

/** Everything that was ever tried for an exchange and target: append-only, so that the gate knows how often one chose. */
export interface TrialLedger {
  /** Adds the trials of one run. The same ones again change nothing; others of a run of that name are added to it. */
  add(exchange: string, target: string, run: string, trials: readonly Trial[]): Promise<void>;
  /** All trials, in the order of their runs' names. @throws InvariantViolated naming a broken file and field. */
  all(exchange: string, target: string): Promise<Trial[]>;
}
