import { forRegimeStates } from '../../shared/domain/training/calibration.ts';
import type { ChosenCalibration } from '../../shared/domain/training/choose-calibration.ts';
import { chooseThresholds, type Decision } from '../../shared/domain/training/decision.ts';
import type { ExactnessReport, ExportedModel, ExportLayout } from '../../shared/ports/model-family.ts';
import type {
  CandidateInput,
  CandidateOptions,
  SearchSummary,
  TrainingParts,
} from '../../shared/ports/model-trainer.ts';
import { scoringFiles } from './bundle-files.ts';
import { bundleRows, fittedPlaces } from './bundle-rows.ts';
import { type Fitted, fitProcedure } from './fit-procedure.ts';
import type { Observations, ObservedRows } from './observations.ts';
import type { DataPlan } from './plan.ts';
import { type Judged, search } from './search.ts';
import { planFolds, type WalkForward } from './walk-forward.ts';

/** All that is learnt, from the training sessions alone. */
export interface Learnt {
  /** What the search found best; with one configuration there was nothing to choose. */
  readonly best: Judged;
  /** All that was tried, the best among it. */
  readonly tried: readonly Judged[];
  readonly search: SearchSummary;
  readonly forward: WalkForward;
  readonly decision: Decision;
  readonly fitted: Fitted;
  readonly exactness: ExactnessReport;
  /** The files that decide what is answered. */
  readonly files: Map<string, Uint8Array>;
}

/** The search, then all that makes a bundle of what it found. */
export async function learn(
  input: CandidateInput,
  data: Observations,
  plan: DataPlan,
  options: CandidateOptions,
  parts: TrainingParts,
): Promise<Learnt> {
  const folds = planFolds(data, plan.trainingEnd, plan.exploratory, options);
  const { best, tried, summary } = await search(data, folds, options, input.seed, parts);
  const { family, forward, parameters } = best;
  parts.onProgress?.('final fit', 0.8);
  const training = trainingRows(data, plan);
  // Calibration and thresholds are those of what the folds judged: one that fell back makes it one model for all.
  const chosen = { ...options, parameters, perRegime: forward.perRegime };
  const { signal } = parts;
  const { rounds } = forward;
  const request = { family, options: chosen, seed: input.seed, training, rounds, signal };
  const fitted = await fitProcedure(data, request);
  const made = await finish(input, data, plan, options, parts, forward, fitted);
  return { best, tried, search: summary, ...made };
}

/** Calibration and thresholds from the walk-forward scores, the exact export of the final fit. */
export async function finish(
  input: CandidateInput,
  data: Observations,
  plan: DataPlan,
  options: CandidateOptions,
  parts: TrainingParts,
  forward: WalkForward,
  fitted: Fitted,
): Promise<Pick<Learnt, 'forward' | 'decision' | 'fitted' | 'exactness' | 'files'>> {
  const decision = decisionOf(input, forward, options.costReturn);
  parts.onProgress?.('exactness gate', 0.9);
  const layout = layoutOf(data, fitted, forward.chosen);
  const exported = fitted.model.exportModel(layout);
  const exactness = await verify(data, fitted, exported, layout, input.seed, options, parts);
  const training = trainingRows(data, plan);
  const files = scoringFiles(input, training, fitted, exported, forward.chosen, decision);
  return { forward, decision, fitted, exactness, files };
}

/** Thresholds from a configuration's out-of-fold scores, and what they would have brought. */
export function decisionOf(
  input: CandidateInput,
  { rows, chosen }: WalkForward,
  costReturn: number,
): Decision {
  const forwardReturns = Float64Array.from(rows, (row) => input.forwardReturns[row] as number);
  return chooseThresholds({ probabilities: chosen.probabilities, forwardReturns }, costReturn);
}

/** All rows before the sessions kept back, without any whose label reaches into them. */
export function trainingRows(data: ObservedRows, { trainingEnd }: DataPlan): Int32Array {
  const heldOutMs = data.timestampsMs[trainingEnd] ?? Number.POSITIVE_INFINITY;
  const before = Int32Array.from({ length: trainingEnd }, (_, row) => row);
  return before.filter((row) => (data.labelEndsMs[row] as number) < heldOutMs);
}

/** Where the fitted columns stand in the bundle's rows: features first, regime chances after them. */
export function layoutOf(data: Observations, fitted: Fitted, chosen: ChosenCalibration): ExportLayout {
  const { hmm } = fitted;
  return {
    places: fittedPlaces(data, fitted),
    columns: data.columns + hmm.states,
    regimeStates: hmm.states,
    calibration: forRegimeStates(chosen.calibration, hmm.states),
  };
}

function verify(
  data: Observations,
  fitted: Fitted,
  exported: ExportedModel,
  layout: ExportLayout,
  seed: number,
  options: CandidateOptions,
  { openSession }: TrainingParts,
): Promise<ExactnessReport> {
  const count = options.exactnessRows;
  return fitted.model.verifyExport(exported, layout, bundleRows(data, fitted), { count, seed, openSession });
}
