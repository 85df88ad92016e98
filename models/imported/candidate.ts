import type { BlockedRows } from '../../shared/domain/training/blocked-rows.ts';
import { NO_BLOCKED_ROWS } from '../../shared/domain/training/blocked-rows.ts';
import type { Bundle, ImportedFrom } from '../../shared/domain/training/bundle.ts';
import { IDENTITY } from '../../shared/domain/training/calibration.ts';
import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import {
  chooseThresholds,
  type Decision,
  measureThresholds,
  type Thresholds,
} from '../../shared/domain/training/decision.ts';
import type { ImportManifest } from '../../shared/domain/training/import-manifest.ts';
import { type Metrics, measure } from '../../shared/domain/training/metrics.ts';
import { referenceProfile } from '../../shared/domain/training/reference-profile.ts';
import { configurationHash, type Trial } from '../../shared/domain/training/trial.ts';
import type { ExactnessReport } from '../../shared/ports/model-family.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import type { CandidateInput, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import { withBundle } from '../candidate/bundle-files.ts';
import { holdoutScores } from '../candidate/holdout.ts';
import { type Observations, observationsOf } from '../candidate/observations.ts';
import { type RowScores, scoredColumns } from '../candidate/scored-columns.ts';
import { dailyReturns } from '../candidate/trial.ts';
import { filterSessions } from '../hmm/filter.ts';
import { writeHmm } from '../hmm/json.ts';
import type { ImportedModel, ImportSource } from './imported-model.ts';
import { type ImportPlan, planImport } from './plan.ts';

/** What a person wants to know about an import: report.json. */
export interface ImportSummary {
  readonly imported: ImportedFrom;
  /** Sessions that thresholds were chosen or measured on, and those that the model is judged on. */
  readonly tuning_sessions: readonly string[];
  readonly held_out_sessions: readonly string[];
  readonly thresholds: 'as stated' | 'chosen' | 'default';
  readonly blocked_rows: BlockedRows;
  /** None: nothing of its training is known. */
  readonly folds: readonly never[];
  /** On the tuning sessions; null without any. */
  readonly tuning: Metrics | null;
  readonly held_out: Metrics;
  readonly exactness: ExactnessReport;
  readonly trial: Trial;
}

export interface ImportedCandidate {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bundle: Bundle;
  readonly holdout: ScoredColumns;
  readonly summary: ImportSummary;
}

export interface ImportParts {
  readonly openSession: OpenSession;
  /** Reads the model's files. @throws RejectedInput naming what is wrong */
  readonly read: (manifest: ImportManifest, source: ImportSource) => ImportedModel;
  readonly onProgress?: ((step: string, done: number) => void) | undefined;
}

export interface ImportRequest {
  readonly input: CandidateInput;
  readonly manifest: ImportManifest;
  /** The files beside the manifest. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly imported: ImportedFrom;
}

/** A direction more likely than everything else together. */
const DEFAULT_THRESHOLDS: Thresholds = { buy: 0.5, sell: 0.5 };
const EXACTNESS_ROWS = 20_000;
const COST_RETURN = 0.0001;

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/**
 * Makes a candidate of a model that was trained elsewhere: checks it, puts it into a bundle, and has the finished bundle
 * score the sessions after its training, loaded as production loads it.
 *
 * @throws RejectedInput naming what in the manifest, the files or the dataset is wrong, and what to do
 */
export async function importCandidate(
  request: ImportRequest,
  parts: ImportParts,
): Promise<ImportedCandidate> {
  const { input, manifest, imported } = request;
  const plan = planImport(input.sessions, manifest.trained_through, input.datasetVersion);
  const data = observationsOf(input);
  parts.onProgress?.('reading the model', 0.1);
  const reference = referenceProfile(input.featureNames, input.features, rowsTo(plan.referenceEnd));
  const model = parts.read(manifest, {
    files: request.files,
    featureSet: input.featureSet,
    featureNames: input.featureNames,
    medians: mediansOf(input, plan.referenceEnd),
  });
  parts.onProgress?.('checking its answers', 0.3);
  const exactness = await model.verify(sampleOf(data, model), EXACTNESS_ROWS, input.seed);

  parts.onProgress?.('scoring the sessions after its training', 0.7);
  const bundleOf = (decision: Decision, reports: ReadonlyMap<string, Uint8Array> = new Map()) =>
    withBundle(
      input,
      new Map([...scoringFiles(input, model, decision, reference), ...reports]),
      factsOf(manifest, imported, model, plan),
    );
  const undecided = bundleOf(measureThresholds(noRows, DEFAULT_THRESHOLDS, costOf(input)));
  const scores = await holdoutScores(input, data, plan.tuningStart, undecided.files, parts.openSession);
  const [tuning, heldOut] = split(scores, plan.heldOutStart);
  const { decision, how } = decide(input, manifest, tuning);

  const holdout = scoredColumns(input, heldOut, decision.thresholds);
  const tuned = tuning.rows.length === 0 ? null : measured(data, tuning);
  const summary: ImportSummary = {
    imported,
    tuning_sessions: plan.tuningSessions,
    held_out_sessions: plan.heldOutSessions,
    thresholds: how,
    blocked_rows: input.blockedRows ?? NO_BLOCKED_ROWS,
    folds: [],
    tuning: tuned,
    held_out: measured(data, heldOut),
    exactness,
    trial: trialOf(input, manifest, imported, holdout, (tuned ?? measured(data, heldOut)).log_loss),
  };
  const none = scoredColumns(input, { ...heldOut, ...noScores }, decision.thresholds);
  const reports = { 'oof.json': none, 'holdout.json': holdout, 'report.json': summary };
  const encoded = Object.entries(reports).map(([path, report]) => [path, encode(report)] as const);
  parts.onProgress?.('done', 1);
  return { ...bundleOf(decision, new Map(encoded)), holdout, summary };
}

const noRows = { probabilities: new Float64Array(0), forwardReturns: new Float64Array(0) };
const noScores = { rows: new Int32Array(0), fold: [], regimes: [], probabilities: new Float64Array(0) };

function costOf({ options }: CandidateInput): number {
  return options?.costReturn ?? COST_RETURN;
}

function rowsTo(end: number): Int32Array {
  return Int32Array.from({ length: end }, (_, row) => row);
}

function mediansOf({ features, featureNames }: CandidateInput, end: number): (number | null)[] {
  const width = featureNames.length;
  return featureNames.map((_, column) => {
    const values = Float64Array.from({ length: end }, (_, row) => features[row * width + column] as number)
      .filter(Number.isFinite)
      .sort();
    return values[Math.floor(values.length / 2)] ?? null;
  });
}

/** All rows of the data as the bundle takes them: features, then regime probabilities. */
function sampleOf(data: Observations, { regime }: ImportedModel) {
  const places = regime.inputs.map((name) => data.featureNames.indexOf(name));
  const inputs = Float64Array.from(
    { length: data.rows * places.length },
    (_, at) =>
      data.matrix[
        Math.floor(at / places.length) * data.columns + (places[at % places.length] as number)
      ] as number,
  );
  const chances = filterSessions(regime, inputs, data.sessions);
  const columns = data.columns + regime.states;
  const values = new Float32Array(data.rows * columns);
  for (let row = 0; row < data.rows; row += 1) {
    values.set(data.matrix.subarray(row * data.columns, (row + 1) * data.columns), row * columns);
    values.set(
      chances.subarray(row * regime.states, (row + 1) * regime.states),
      row * columns + data.columns,
    );
  }
  return { values, rows: data.rows, columns };
}

function scoringFiles(
  { featureNames }: CandidateInput,
  model: ImportedModel,
  decision: Decision,
  reference: unknown,
): Map<string, Uint8Array> {
  const selector = { features: featureNames, kept: model.kept, dropped: [] };
  return new Map([
    ['model.onnx', model.onnx],
    ...model.files,
    ['regime.json', new TextEncoder().encode(writeHmm(model.regime))],
    ['selector.json', encode({ schema: 1, ...selector })],
    ['calibrator.json', encode({ schema: 2, ...IDENTITY, out_of_fold_log_loss: {} })],
    ['decision.json', encode({ schema: 1, ...decision })],
    ['reference.json', encode(reference)],
  ]);
}

function factsOf(manifest: ImportManifest, imported: ImportedFrom, model: ImportedModel, plan: ImportPlan) {
  return {
    family: manifest.family,
    fitted: { hmm: model.regime, model },
    exploratory: false,
    trainedThrough: plan.trainedThrough,
    holdoutSessions: plan.heldOutSessions,
    parameters: model.parameters,
    imported,
  };
}

function split(scores: RowScores, heldOutStart: number): [RowScores, RowScores] {
  const first = scores.rows.findIndex((row) => row >= heldOutStart);
  const at = first < 0 ? scores.rows.length : first;
  const part = (from: number, to: number): RowScores => ({
    rows: scores.rows.slice(from, to),
    fold: scores.fold.slice(from, to),
    regimes: scores.regimes.slice(from, to),
    probabilities: scores.probabilities.slice(from * CLASS_COUNT, to * CLASS_COUNT),
  });
  return [part(0, at), part(at, scores.rows.length)];
}

/** Thresholds as stated, or chosen on sessions after the training, or what there is without any; measured there. */
function decide(
  input: CandidateInput,
  { thresholds }: ImportManifest,
  { rows, probabilities }: RowScores,
): { decision: Decision; how: ImportSummary['thresholds'] } {
  const forwardReturns = Float64Array.from(rows, (row) => input.forwardReturns[row] as number);
  const judged = { probabilities, forwardReturns };
  if (thresholds !== undefined)
    return { decision: measureThresholds(judged, thresholds, costOf(input)), how: 'as stated' };
  if (rows.length > 0) return { decision: chooseThresholds(judged, costOf(input)), how: 'chosen' };
  return { decision: measureThresholds(judged, DEFAULT_THRESHOLDS, costOf(input)), how: 'default' };
}

function measured(data: Observations, { rows, probabilities }: RowScores): Metrics {
  return measure(
    probabilities,
    Int32Array.from(rows, (row) => data.classes[row] as number),
  );
}

/** One line for the ledger: looking at a model on this dataset is a trial, wherever it was trained. */
function trialOf(
  { exchange, target, featureSet, datasetVersion, seed, options }: CandidateInput,
  { family }: ImportManifest,
  { files }: ImportedFrom,
  holdout: ScoredColumns,
  logLoss: number,
): Trial {
  return {
    ...{ exchange, target, family, seed },
    configuration_hash: configurationHash({ family, target, featureSet, parameters: files, rounds: 0 }),
    parameters: {},
    dataset_version: datasetVersion,
    imported: true,
    out_of_fold_log_loss: logLoss,
    ...dailyReturns(holdout, options?.costReturn ?? COST_RETURN),
  };
}
