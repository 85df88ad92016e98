import type { MagnitudeBundle } from '../domain/training/magnitude/bundle.ts';
import type { MagnitudeMetrics } from '../domain/training/magnitude/metrics.ts';
import type { MagnitudeReportInput } from '../domain/training/magnitude/report.ts';
import type { Trial } from '../domain/training/trial.ts';
import type { ExactnessReport, ModelParameters } from './model-family.ts';
import type {
  CandidateInput,
  CandidateOptions,
  FoldSummary,
  TrainingParts,
  TrainingSummary,
} from './model-trainer.ts';

/** One exchange's rows of a dataset version with amounts instead of classes. */
export interface MagnitudeInput extends Omit<CandidateInput, 'targets' | 'forwardReturns' | 'prices'> {
  /** What one unit of an amount is. */
  readonly unit: string;
  /** What came true; NaN: features only. */
  readonly labels: Float64Array;
  /** The underlying at each row: what the naive forecasts look back on. */
  readonly prices: Float64Array;
  readonly options?: Partial<CandidateOptions> | undefined;
}

/** Forecasts of rows a model had not seen, column by column, all of one length: oof.json and holdout.json. */
export interface ForecastColumns {
  readonly timestamp_ms: readonly number[];
  readonly session: readonly string[];
  /** The walk-forward fold that judged the row; 0 throughout the held-out sessions. */
  readonly fold: readonly number[];
  readonly amount: readonly number[];
  readonly forecast: readonly number[];
  /** By the naive forecasts that were fitted on the rows of the same fit. */
  readonly naive_mean: readonly number[];
  readonly naive_volatility: readonly number[];
  /** Likeliest regime state. */
  readonly regime: readonly number[];
  readonly price: readonly number[];
}

export interface MagnitudeFold extends Omit<FoldSummary, 'metrics'> {
  readonly metrics: MagnitudeMetrics;
}

export interface MagnitudeRegime {
  readonly regime: number;
  readonly metrics: MagnitudeMetrics;
}

/** What a person wants to know about a training run of a magnitude: report.json. */
export interface MagnitudeSummary
  extends Pick<TrainingSummary, 'exploratory' | 'labelled_rows' | 'effective_rows' | 'blocked_rows'> {
  readonly kind: 'magnitude';
  readonly unit: string;
  readonly folds: readonly MagnitudeFold[];
  readonly out_of_fold: MagnitudeMetrics;
  readonly regimes: readonly MagnitudeRegime[];
  /** Null without held-out sessions. */
  readonly held_out: MagnitudeMetrics | null;
  readonly exactness: ExactnessReport;
  readonly model: ModelParameters;
  readonly trial: Trial;
  readonly trials: readonly Trial[];
}

export interface MagnitudeCandidate {
  /** Path -> bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bundle: MagnitudeBundle;
  readonly outOfFold: ForecastColumns;
  readonly holdout: ForecastColumns;
  readonly summary: MagnitudeSummary;
  readonly report: MagnitudeReportInput;
}

/**
 * Trains one candidate that answers a number. Equal input and seed give the same bundle hash.
 * Rejects with RejectedInput naming why these rows cannot be learnt from, or that the family learns classes only.
 */
export type TrainMagnitude = (input: MagnitudeInput, parts: TrainingParts) => Promise<MagnitudeCandidate>;
