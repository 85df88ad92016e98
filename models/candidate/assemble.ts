import { NO_BLOCKED_ROWS } from '../../shared/domain/training/blocked-rows.ts';
import type { CombinatorialSummary } from '../../shared/domain/training/combinatorial-summary.ts';
import { type Metrics, measure } from '../../shared/domain/training/metrics.ts';
import type { DistilledReport } from '../../shared/domain/training/report/distilled-section.ts';
import type { JudgedModel } from '../../shared/domain/training/report/scores.ts';
import type {
  CandidateInput,
  CandidateOptions,
  ScoredColumns,
  SoleCandidate,
  TrainingParts,
  TrainingSummary,
} from '../../shared/ports/model-trainer.ts';
import { FittedMixture } from '../mixture/fitted-mixture.ts';
import { type BundleFacts, type DistilledFrom, withBundle } from './bundle-files.ts';
import { holdoutScores } from './holdout.ts';
import { bundleModel } from './judged-models.ts';
import type { Learnt } from './learn.ts';
import { type Observations, withLabel } from './observations.ts';
import type { DataPlan } from './plan.ts';
import { procedureOf } from './procedure.ts';
import { reportInput } from './report-input.ts';
import { type RowScores, scoredColumns } from './scored-columns.ts';
import { chosenParameters, trialOf } from './trial.ts';

/** What all candidates of a run have in common. */
export interface Run {
  readonly input: CandidateInput;
  readonly data: Observations;
  readonly plan: DataPlan;
  readonly options: CandidateOptions;
  readonly parts: TrainingParts;
}

/** A bundle that has answered for the sessions kept back. */
export interface ScoredBundle {
  readonly learnt: Learnt;
  readonly facts: BundleFacts;
  readonly version: string;
  readonly outOfFold: ScoredColumns;
  readonly heldOut: RowScores;
  readonly holdout: ScoredColumns;
  readonly model: JudgedModel;
}

/** Has what was learnt score the sessions kept back, as the bundle that production would load. */
export async function scoreBundle(
  run: Run,
  learnt: Learnt,
  distilled?: DistilledFrom | undefined,
): Promise<ScoredBundle> {
  const { input, data, plan, options, parts } = run;
  const facts = {
    ...factsOf(plan, learnt, options),
    procedure: procedureOf(input, options, learnt.search, parts),
    distilled,
  };
  // A first table of contents, without the reports that are made from its answers.
  const { files, bundle } = withBundle(input, learnt.files, facts);
  const heldOut = await holdoutScores(input, data, plan.trainingEnd, files, parts.openSession);
  const { forward, decision } = learnt;
  const judged = { ...forward, probabilities: forward.chosen.probabilities };
  const outOfFold = scoredColumns(input, judged, decision.thresholds);
  const holdout = scoredColumns(input, heldOut, decision.thresholds);
  const family = learnt.best.family.name;
  const name = distilled === undefined ? family : `${family}, distilled`;
  const model = bundleModel(name, data, learnt, { outOfFold, holdout }, options.costReturn);
  return { learnt, facts, version: bundle.version, outOfFold, heldOut, holdout, model };
}

/** What a report shows beside the candidate's own numbers. */
export interface Beside {
  readonly models: readonly JudgedModel[];
  readonly distilled: DistilledReport | null;
  readonly combinatorial: CombinatorialSummary;
}

/** Puts the candidate together: its files with their table of contents, its summary, its report. */
export async function assemble(run: Run, scored: ScoredBundle, beside: Beside): Promise<SoleCandidate> {
  const { input, data, options, parts } = run;
  const { learnt, facts, outOfFold, holdout } = scored;
  const summary = summaryOf(run, scored, beside.combinatorial);
  const reports = reportFiles(outOfFold, holdout, summary);
  const { files, bundle } = withBundle(input, new Map([...learnt.files, ...reports]), facts);
  const report = await reportInput({
    ...{ input, data, learnt, outOfFold, summary, costReturn: options.costReturn },
    ...{ files, openSession: parts.openSession },
    ...{ models: [scored.model, ...beside.models], distilled: beside.distilled },
  });
  return { files, bundle, outOfFold, holdout, summary, report };
}

function summaryOf(
  { input, data, plan, options }: Run,
  { learnt, heldOut }: ScoredBundle,
  combinatorial: CombinatorialSummary,
): TrainingSummary {
  const { forward } = learnt;
  return {
    exploratory: plan.exploratory,
    ...countRows(data, plan),
    blocked_rows: input.blockedRows ?? NO_BLOCKED_ROWS,
    folds: forward.folds,
    out_of_fold: measureRows(data, { rows: forward.rows, probabilities: forward.chosen.probabilities }),
    held_out: heldOut.rows.length === 0 ? null : measureRows(data, heldOut),
    combinatorial,
    exactness: learnt.exactness,
    per_regime: perRegimeOf(options, learnt),
    model: learnt.fitted.model.card,
    trial: trialOf(input, options, learnt.best),
    search: learnt.search,
    trials: learnt.tried.map((judged) => trialOf(input, options, judged)),
  };
}

function perRegimeOf({ perRegime }: CandidateOptions, { fitted }: Learnt): TrainingSummary['per_regime'] {
  if (!perRegime) return 'not asked for';
  return fitted.model instanceof FittedMixture ? 'own models' : 'one model';
}

function factsOf(plan: DataPlan, { best, fitted }: Learnt, options: CandidateOptions): BundleFacts {
  const { exploratory, trainedThrough, holdoutSessions } = plan;
  const { family } = best;
  const parameters = chosenParameters(options, best);
  return { family: family.name, fitted, exploratory, trainedThrough, holdoutSessions, parameters };
}

function countRows(data: Observations, { trainingEnd }: DataPlan) {
  const training = Int32Array.from({ length: trainingEnd }, (_, row) => row);
  const weights = data.weights.subarray(0, trainingEnd);
  return {
    labelled_rows: withLabel(data, training).length,
    effective_rows: weights.reduce((sum, weight) => sum + weight, 0),
  };
}

function measureRows(
  data: Observations,
  { rows, probabilities }: Pick<RowScores, 'rows' | 'probabilities'>,
): Metrics {
  return measure(
    probabilities,
    Int32Array.from(rows, (row) => data.classes[row] as number),
  );
}

function reportFiles(outOfFold: ScoredColumns, holdout: ScoredColumns, summary: TrainingSummary) {
  const reports = { 'oof.json': outOfFold, 'holdout.json': holdout, 'report.json': summary };
  return Object.entries(reports).map(
    ([path, report]) => [path, new TextEncoder().encode(`${JSON.stringify(report)}\n`)] as const,
  );
}
