import type { SessionBaseline } from './baseline.ts';
import type { FeaturePresence } from './feature-presence.ts';
import type { Measures } from './measure.ts';
import type { GatePolicy } from './policy.ts';

/** `first`: no production yet; `refresh`: same logic hash as production; `replace`: something else changed. */
export type CandidateClass = 'first' | 'refresh' | 'replace';

/** One bundle's out-of-sample record. */
export interface Judged {
  readonly version: string;
  readonly bundle_hash: string;
  readonly logic_hash: string;
  /** The bundle itself on the sessions it never saw. */
  readonly held_out: Measures;
  /** Walk-forward scores of the same procedure before those sessions, followed by the held-out sessions. */
  readonly all: Measures;
}

/** What the trial ledger of this exchange and target says (trials.ts). */
export interface Trials {
  /** Distinct configurations ever tried. */
  readonly distinct: number;
  /** Variance of their daily Sharpe ratios; null when the ledger does not know it. */
  readonly sharpe_variance: number | null;
  /** Distinct configurations tried on the candidate's own dataset: what it was chosen from. */
  readonly on_this_dataset: number;
  /** Daily returns of each of those, all on the same sessions; null when they are not comparable. */
  readonly daily_returns: readonly (readonly number[])[] | null;
}

export interface DataState {
  /** Trading sessions between the dataset's last one and the evaluated one. */
  readonly age_sessions: number;
  /** Share of the dataset's rows with a value, per feature that the bundle uses. */
  readonly completeness: Readonly<Record<string, number>>;
  /** Of those that are below the floor: how they come and go (feature-presence.ts). */
  readonly presence?: Readonly<Record<string, FeaturePresence>>;
  /** Names of leakage checks that failed; empty when all hold. */
  readonly failed_leakage_checks: readonly string[];
}

export interface ExportState {
  readonly ordinary_rows: number;
  readonly adversarial_rows: number;
  readonly leaf_mismatches: number;
  readonly max_probability_error: number;
  /** Every file of the bundle has the SHA-256 that bundle.json states. */
  readonly hashes_verified: boolean;
}

export interface ParityState {
  /** Served feature rows recomputed from the lake. */
  readonly rows_compared: number;
  readonly rows_differing: number;
  /** `<uid> <feature>: served <a>, recomputed <b>`; null when none differs. */
  readonly first_difference: string | null;
}

/** What nobody here can check of a model that was made elsewhere: its maker's word. */
export interface ImportedState {
  readonly by: string;
  /** The last session that anything about it was learnt or chosen from. */
  readonly trained_through: string;
  /** Configurations tried before it was chosen, itself among them; null: not stated. */
  readonly configurations_tried: number | null;
}

/** All that the rules may look at. */
export interface GateContext {
  readonly candidate: Judged;
  /** Trained on fewer than five sessions. */
  readonly exploratory: boolean;
  /** Production on the sessions that both have (judge.ts, `judgeAgainst`); null while there is none. */
  readonly baseline: Judged | null;
  /** The candidate on those same sessions; left out, the baseline must cover the candidate's own. */
  readonly common?: Judged | null;
  /** Where production's answers come from, session by session of the candidate; left out while there is none. */
  readonly sources?: readonly SessionBaseline[];
  readonly trials: Trials;
  /** Null, or left out, for what was trained here. */
  readonly imported?: ImportedState | null;
  readonly data: DataState;
  readonly export: ExportState;
  readonly parity: ParityState;
  readonly policy: GatePolicy;
  readonly seed: number;
}

/** The candidate's record that may be compared with production's: the same sessions. */
export function comparable(context: Pick<GateContext, 'candidate' | 'common'>): Judged {
  return context.common ?? context.candidate;
}

/** What kind of change the candidate is. */
export function candidateClass(context: Pick<GateContext, 'candidate' | 'baseline'>): CandidateClass {
  if (context.baseline === null) return 'first';
  return context.baseline.logic_hash === context.candidate.logic_hash ? 'refresh' : 'replace';
}
