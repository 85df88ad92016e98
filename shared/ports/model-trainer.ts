import type { BlockedRows } from '../domain/training/blocked-rows.ts';
import type { Bundle } from '../domain/training/bundle.ts';
import type { CombinatorialSummary } from '../domain/training/combinatorial-summary.ts';
import type { Metrics } from '../domain/training/metrics.ts';
import type { ReportInput } from '../domain/training/report/training-report.ts';
import type { Trial } from '../domain/training/trial.ts';
import type { ExactnessReport, ModelFamily, ModelParameters } from './model-family.ts';
import type { OpenSession } from './model-session.ts';

/** One exchange's rows of a dataset version, ascending by time, rows of a session together. */
export interface CandidateInput {
  readonly exchange: string;
  /** `tb15`: triple barrier within 15 minutes. */
  readonly target: string;
  /** Definition of the labels, by the id of its label set. */
  readonly labelSet: string;
  readonly featureSet: string;
  readonly featureNames: readonly string[];
  /** Row-major [rows x features]; NaN is missing, infinities are allowed. */
  readonly features: Float64Array;
  readonly timestampsMs: Float64Array;
  /** Indian date of each row's session, YYYY-MM-DD. */
  readonly sessions: readonly string[];
  /** -1 lower barrier, 0 neither, 1 upper barrier; NO_LABEL (-128): features only. */
  readonly targets: Int8Array;
  /** Minutes until the label was known: to the barrier, else the horizon; > 0 on labelled rows. */
  readonly labelSpanMinutes: Float64Array;
  /** Fraction the underlying moved until then; NaN where unknown. */
  readonly forwardReturns: Float64Array;
  /** The underlying at each row, carried through to the scores; null when not at hand. */
  readonly prices: Float64Array | null;
  /** What of the dataset is not among the rows, for its quality flags; written down. Nothing when left out. */
  readonly blockedRows?: BlockedRows | undefined;
  /** The quality flags whose rows were left out; written down. None when left out. */
  readonly blockingFlags?: readonly string[] | undefined;
  readonly datasetVersion: string;
  readonly datasetHash: string;
  readonly codeVersion: string;
  /** ISO 8601; written down, never looked at. */
  readonly createdAt: string;
  readonly seed: number;
  readonly options?: Partial<CandidateOptions> | undefined;
}

export interface CandidateOptions {
  /** Sessions kept back for the gate; fewer when there are few (a third at most), none when exploratory. */
  readonly holdoutSessions: number;
  readonly folds: number;
  /** Boosting rounds at most. */
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly regimeStates: number;
  readonly threads: number;
  /** Rows of each kind in the exactness gate. */
  readonly exactnessRows: number;
  /** Cost of a trade there and back, as a fraction of the underlying. */
  readonly costReturn: number;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Of the families that compete in the search, by name. */
  readonly rivalParameters: Readonly<Record<string, ModelParameters>>;
  /** Sessions after which an observation weighs half; Infinity weighs all ages alike. */
  readonly recencyHalfLifeSessions: number;
  /** One model per regime state, mixed by the chances of the states; a magnitude is always one model. */
  readonly perRegime: boolean;
  /** Configurations that the search draws; 1 takes the family as it is. */
  readonly searchConfigurations: number;
  /** With fewer judged sessions than this nothing is searched: luck would choose. */
  readonly searchLeastSessions: number;
  /** No configuration is judged that would end later than this by more than one fit. */
  readonly searchBudgetMs: number;
  /** How many configurations each rung judges, as an earlier search wrote it down; null: as many as time allows. */
  readonly searchJudged: readonly number[] | null;
  /** Blocks that the training sessions are cut into, and blocks judged at once; null: no combinatorial folds. */
  readonly combinatorial: { readonly groups: number; readonly judged: number } | null;
  /** Features of each regime that a second candidate is trained on; null trains none. */
  readonly distilledFeatures: number | null;
}

/** The parts a candidate is trained with. */
export interface TrainingParts {
  readonly family: ModelFamily;
  /** Other families that the search may find better. */
  readonly rivals?: readonly ModelFamily[] | undefined;
  /** The clock of the search's budget; without one there is no end but the number of configurations. */
  readonly nowMs?: (() => number) | undefined;
  readonly openSession: OpenSession;
  /** Called between steps; `done` goes from 0 to 1. */
  readonly onProgress?: ((step: string, done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Scores of rows a model had not seen, column by column, all of one length: oof.json and holdout.json. */
export interface ScoredColumns {
  readonly timestamp_ms: readonly number[];
  readonly session: readonly string[];
  /** The walk-forward fold that judged the row; 0 throughout the held-out sessions. */
  readonly fold: readonly number[];
  readonly target: readonly (number | null)[];
  /** Calibrated probabilities. */
  readonly sell: readonly number[];
  readonly hold: readonly number[];
  readonly buy: readonly number[];
  /** Likeliest regime state. */
  readonly regime: readonly number[];
  /** 1 long, -1 short, 0 nothing, by the bundle's thresholds. */
  readonly position: readonly number[];
  readonly forward_return: readonly (number | null)[];
  readonly price: readonly (number | null)[];
}

export interface FoldSummary {
  readonly fold: number;
  readonly trained_through: string;
  readonly judged_from: string;
  readonly judged_to: string;
  readonly training_rows: number;
  readonly judged_rows: number;
  readonly rounds: number;
  readonly metrics: Metrics;
}

/** How the search went. */
export interface SearchSummary {
  /** Why the family was taken as it is; null where it was searched, or was not to be. */
  readonly left_out: string | null;
  /** Drawn. */
  readonly configurations: number;
  /** Judged in each rung of halving, the last with all rounds: these numbers give the same search again. */
  readonly judged: readonly number[];
  /** By the clock; null without one. */
  readonly seconds: number | null;
}

/** What a person wants to know about a training run: report.json. */
export interface TrainingSummary {
  readonly exploratory: boolean;
  readonly labelled_rows: number;
  /** Rows of the dataset, those kept back among them, that were left out for a blocking quality flag. */
  readonly blocked_rows: BlockedRows;
  /** Sum of label uniqueness: about how many independent observations there are. */
  readonly effective_rows: number;
  readonly folds: readonly FoldSummary[];
  readonly out_of_fold: Metrics;
  /** Null without held-out sessions. */
  readonly held_out: Metrics | null;
  /** The chosen configuration on combinatorial purged folds: evidence for people, no part of the gate's. */
  readonly combinatorial: CombinatorialSummary;
  readonly exactness: ExactnessReport;
  /** Whether regimes have models of their own: every fold had enough rows for one, or it is one model for all. */
  readonly per_regime: 'not asked for' | 'one model' | 'own models';
  /** How the final fit went, in the family's words. */
  readonly model: ModelParameters;
  readonly trial: Trial;
  readonly search: SearchSummary;
  /** All that the search tried, the candidate among them. */
  readonly trials: readonly Trial[];
}

/** A candidate that stands beside the full one, trained on its most important features. */
export type SoleCandidate = Omit<Candidate, 'distilled'>;

export interface Candidate {
  /** Path -> bytes, as contracts.md lists them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bundle: Bundle;
  readonly outOfFold: ScoredColumns;
  readonly holdout: ScoredColumns;
  readonly summary: TrainingSummary;
  /** What its report is drawn from. */
  readonly report: ReportInput;
  /** The second candidate on few features, with a bundle of its own; null when none was asked for. */
  readonly distilled: SoleCandidate | null;
}

/** Trains one candidate. Equal input and seed give the same bundle hash. */
export type TrainCandidate = (input: CandidateInput, parts: TrainingParts) => Promise<Candidate>;
