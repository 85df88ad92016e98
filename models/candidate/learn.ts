import type { ChosenCalibration } from '../../shared/domain/training/choose-calibration.ts';
import { chooseThresholds, type Decision } from '../../shared/domain/training/decision.ts';
import type { ExactnessReport, ExportedModel, ExportLayout } from '../../shared/ports/model-family.ts';
import type { CandidateInput, CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { scoringFiles } from './bundle-files.ts';
import { type Fitted, fitProcedure } from './fit-procedure.ts';
import type { Observations } from './observations.ts';
import type { DataPlan } from './plan.ts';
import { planFolds, type WalkForward, walkForward } from './walk-forward.ts';

/** All that is learnt, from the training sessions alone. */
export interface Learnt {
  readonly forward: WalkForward;
  readonly decision: Decision;
  readonly fitted: Fitted;
  readonly exactness: ExactnessReport;
  /** The files that decide what is answered. */
  readonly files: Map<string, Uint8Array>;
}

/** Walk-forward scores, calibration and thresholds from them, the final fit, its exact export. */
export async function learn(
  input: CandidateInput,
  data: Observations,
  plan: DataPlan,
  options: CandidateOptions,
  parts: TrainingParts,
): Promise<Learnt> {
  const folds = planFolds(data, plan.trainingEnd, plan.exploratory, options);
  const steps = folds.length + 2;
  const forward = await walkForward(data, folds, options, input.seed, parts);
  const decision = chooseThresholds(judgedRows(input, forward), options.costReturn);

  parts.onProgress?.('final fit', folds.length / steps);
  const training = trainingRows(data, plan);
  const { family, signal } = parts;
  const { rounds, chosen } = forward;
  const fitted = await fitProcedure(data, { family, options, seed: input.seed, training, rounds, signal });

  parts.onProgress?.('exactness gate', (folds.length + 1) / steps);
  const layout = layoutOf(data, fitted, chosen);
  const exported = fitted.model.exportModel(layout);
  const exactness = await verify(data, fitted, exported, layout, input.seed, options, parts);
  const files = scoringFiles(input, training, fitted, exported, chosen, decision);
  return { forward, decision, fitted, exactness, files };
}

/** All rows before the sessions kept back, without any whose label reaches into them. */
function trainingRows(data: Observations, { trainingEnd }: DataPlan): Int32Array {
  const heldOutMs = data.timestampsMs[trainingEnd] ?? Number.POSITIVE_INFINITY;
  const before = Int32Array.from({ length: trainingEnd }, (_, row) => row);
  return before.filter((row) => (data.labelEndsMs[row] as number) < heldOutMs);
}

function judgedRows(input: CandidateInput, { rows, chosen }: WalkForward) {
  const forwardReturns = Float64Array.from(rows, (row) => input.forwardReturns[row] as number);
  return { probabilities: chosen.probabilities, forwardReturns };
}

/** Where the fitted columns stand in the bundle's rows: features first, regime chances after them. */
function layoutOf(data: Observations, { selector, hmm }: Fitted, chosen: ChosenCalibration): ExportLayout {
  const regime = Array.from({ length: hmm.states }, (_, state) => data.columns + state);
  const { scale, bias } = chosen.calibration;
  return {
    places: Int32Array.from([...selector.kept, ...regime]),
    columns: data.columns + hmm.states,
    regimeStates: hmm.states,
    calibration: { scale, bias },
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
  const { states } = fitted.hmm;
  const values = new Float32Array(data.rows * layout.columns);
  for (let row = 0; row < data.rows; row += 1) {
    values.set(data.matrix.subarray(row * data.columns, (row + 1) * data.columns), row * layout.columns);
    values.set(
      fitted.chances.subarray(row * states, (row + 1) * states),
      row * layout.columns + data.columns,
    );
  }
  const sample = { values, rows: data.rows, columns: layout.columns };
  const count = options.exactnessRows;
  return fitted.model.verifyExport(exported, layout, sample, { count, seed, openSession });
}
