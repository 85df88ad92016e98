import { chooseThresholds } from '../../shared/domain/training/decision.ts';
import { type Metrics, measure } from '../../shared/domain/training/metrics.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { ExactnessReport, ExportedModel, ExportLayout } from '../../shared/ports/model-family.ts';
import type {
  CandidateInput,
  CandidateOptions,
  TrainCandidate,
  TrainingParts,
} from '../../shared/ports/model-trainer.ts';
import { scoringFiles, withBundle } from './bundle-files.ts';
import { type Fitted, fitProcedure } from './fit-procedure.ts';
import { holdoutScores } from './holdout.ts';
import { type Observations, observationsOf, withLabel } from './observations.ts';
import { planData } from './plan.ts';
import { scoredColumns } from './scored-columns.ts';
import { trialOf } from './trial.ts';
import { planFolds, type WalkForward, walkForward } from './walk-forward.ts';

/** Sized so that two exchanges with fifteen sessions each train within a minute on two shared cores. */
export const DEFAULT_OPTIONS: CandidateOptions = {
  holdoutSessions: 10,
  folds: 4,
  rounds: 150,
  earlyStoppingRounds: 20,
  regimeStates: 4,
  threads: 1,
  exactnessRows: 20_000,
  costReturn: 0.0001,
  parameters: {},
};

/**
 * Trains a candidate: walk-forward scores first, then calibration and thresholds from them, then the
 * final fit on all training sessions, its exact export, and its scores on the sessions kept back.
 *
 * @throws RejectedInput naming why these rows cannot be learnt from
 * @throws InvariantViolated when the family's library is missing or the export is not exact
 */
export const trainCandidate: TrainCandidate = async (input, parts) => {
  const options = { ...DEFAULT_OPTIONS, ...input.options };
  const { family } = parts;
  const availability = family.availability();
  if (!availability.available) throw new InvariantViolated(`${family.name}: ${availability.reason}`);
  const data = observationsOf(input);
  const plan = planData(input.sessions, options.holdoutSessions);
  const folds = planFolds(data, plan.trainingEnd, plan.exploratory, options);
  const forward = await walkForward(data, folds, options, input.seed, parts);
  const decision = chooseThresholds(judgedRows(input, forward), options.costReturn);

  parts.onProgress?.('final fit', folds.length / (folds.length + 2));
  const training = Int32Array.from({ length: plan.trainingEnd }, (_, row) => row);
  const { rounds } = forward;
  const request = { family, options, seed: input.seed, training, rounds, signal: parts.signal };
  const fitted = await fitProcedure(data, request);
  const layout = layoutOf(data, fitted, forward);
  const exported = fitted.model.exportModel(layout);
  parts.onProgress?.('exactness gate', (folds.length + 1) / (folds.length + 2));
  const exactness = await verify(data, fitted, exported, layout, input.seed, options, parts);

  const scoring = scoringFiles(input, withLabel(data, training), fitted, exported, forward.chosen, decision);
  const facts = {
    family: family.name,
    fitted,
    exploratory: plan.exploratory,
    trainedThrough: plan.trainedThrough,
    holdoutSessions: plan.holdoutSessions,
    parameters: options.parameters,
  };
  // A first table of contents, so that the held-out sessions are scored by the bundle as it is loaded.
  const loadable = withBundle(input, scoring, facts).files;
  const heldOut = await holdoutScores(input, data, plan.trainingEnd, loadable, parts.openSession);
  const outOfFold = scoredColumns(
    input,
    { ...forward, probabilities: forward.chosen.probabilities },
    decision.thresholds,
  );
  const holdout = scoredColumns(input, heldOut, decision.thresholds);
  const metrics = metricsOf(data, forward.rows, forward.chosen.probabilities) as Metrics;
  const summary = {
    exploratory: plan.exploratory,
    labelled_rows: withLabel(data, training).length,
    effective_rows: data.weights.subarray(0, plan.trainingEnd).reduce((sum, weight) => sum + weight, 0),
    folds: forward.folds,
    out_of_fold: metrics,
    held_out: metricsOf(data, heldOut.rows, heldOut.probabilities),
    exactness,
    trial: trialOf(input, options, family.name, outOfFold, metrics.log_loss),
  };
  const encode = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const reports: [string, Uint8Array][] = [
    ['oof.json', encode(outOfFold)],
    ['holdout.json', encode(holdout)],
    ['report.json', encode(summary)],
  ];
  const { files, bundle } = withBundle(input, new Map([...scoring, ...reports]), facts);
  parts.onProgress?.('done', 1);
  return { files, bundle, outOfFold, holdout, summary };
};

function judgedRows(input: CandidateInput, { rows, chosen }: WalkForward) {
  const forwardReturns = Float64Array.from(rows, (row) => input.forwardReturns[row] as number);
  return { probabilities: chosen.probabilities, forwardReturns };
}

function layoutOf(data: Observations, { selector, hmm }: Fitted, { chosen }: WalkForward): ExportLayout {
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
  return fitted.model.verifyExport(exported, layout, sample, {
    count: options.exactnessRows,
    seed,
    openSession,
  });
}

function metricsOf(data: Observations, rows: Int32Array, probabilities: Float64Array): Metrics | null {
  if (rows.length === 0) return null;
  return measure(
    probabilities,
    Int32Array.from(rows, (row) => data.classes[row] as number),
  );
}
