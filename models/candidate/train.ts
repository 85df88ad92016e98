import { NO_BLOCKED_ROWS } from '../../shared/domain/training/blocked-rows.ts';
import { type Metrics, measure } from '../../shared/domain/training/metrics.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type {
  CandidateOptions,
  ScoredColumns,
  TrainCandidate,
  TrainingSummary,
} from '../../shared/ports/model-trainer.ts';
import { type BundleFacts, withBundle } from './bundle-files.ts';
import { judgeCombinatorially } from './combinatorial.ts';
import { holdoutScores } from './holdout.ts';
import { type Learnt, learn } from './learn.ts';
import { type Observations, observationsOf, withLabel } from './observations.ts';
import { type DataPlan, planData } from './plan.ts';
import { reportInput } from './report-input.ts';
import { type RowScores, scoredColumns } from './scored-columns.ts';
import { chosenParameters, trialOf } from './trial.ts';

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
  recencyHalfLifeSessions: Number.POSITIVE_INFINITY,
  searchConfigurations: 1,
  searchBudgetMs: Number.POSITIVE_INFINITY,
  searchJudged: null,
  combinatorial: null,
};

/**
 * Trains a candidate, then has the finished bundle score the sessions that were kept back.
 *
 * @throws RejectedInput naming why these rows cannot be learnt from
 * @throws InvariantViolated when the family's library is missing or the export is not exact
 * @example
 * const { files, bundle } = await trainCandidate(input, { family, openSession });
 */
export const trainCandidate: TrainCandidate = async (input, parts) => {
  const options = { ...DEFAULT_OPTIONS, ...input.options };
  for (const family of [parts.family, ...(parts.rivals ?? [])]) requireFamily(family);
  const data = observationsOf(input);
  const plan = planData(input.sessions, options.holdoutSessions);
  const learnt = await learn(input, data, plan, options, parts);
  const combinatorial = await judgeCombinatorially(input, data, plan, learnt.best, options, parts);
  const facts = factsOf(plan, learnt, options);
  // A first table of contents: the sessions kept back are scored by the bundle as production loads it.
  const loadable = withBundle(input, learnt.files, facts).files;
  const heldOut = await holdoutScores(input, data, plan.trainingEnd, loadable, parts.openSession);

  const { forward, decision } = learnt;
  const judged = { ...forward, probabilities: forward.chosen.probabilities };
  const outOfFold = scoredColumns(input, judged, decision.thresholds);
  const holdout = scoredColumns(input, heldOut, decision.thresholds);
  const metrics = measureRows(data, judged);
  const summary: TrainingSummary = {
    exploratory: plan.exploratory,
    ...trainingRows(data, plan),
    blocked_rows: input.blockedRows ?? NO_BLOCKED_ROWS,
    folds: forward.folds,
    out_of_fold: metrics,
    held_out: heldOut.rows.length === 0 ? null : measureRows(data, heldOut),
    combinatorial,
    exactness: learnt.exactness,
    model: learnt.fitted.model.card,
    trial: trialOf(input, options, learnt.best),
    search: learnt.search,
    trials: learnt.tried.map((judged) => trialOf(input, options, judged)),
  };
  const reports = reportFiles(outOfFold, holdout, summary);
  const { files, bundle } = withBundle(input, new Map([...learnt.files, ...reports]), facts);
  const report = await reportInput({
    ...{ input, data, learnt, outOfFold, holdout, summary, costReturn: options.costReturn },
    ...{ files, openSession: parts.openSession },
  });
  parts.onProgress?.('done', 1);
  return { files, bundle, outOfFold, holdout, summary, report };
};

function requireFamily(family: ModelFamily): void {
  const availability = family.availability();
  if (!availability.available) throw new InvariantViolated(`${family.name}: ${availability.reason}`);
}

function factsOf(plan: DataPlan, { best, fitted }: Learnt, options: CandidateOptions): BundleFacts {
  const { exploratory, trainedThrough, holdoutSessions } = plan;
  const { family } = best;
  const parameters = chosenParameters(options, best);
  return { family: family.name, fitted, exploratory, trainedThrough, holdoutSessions, parameters };
}

function trainingRows(data: Observations, { trainingEnd }: DataPlan) {
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
