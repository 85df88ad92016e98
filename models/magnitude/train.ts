import { NO_BLOCKED_ROWS } from '../../shared/domain/training/blocked-rows.ts';
import { measureForecasts } from '../../shared/domain/training/magnitude/metrics.ts';
import { recentMoves } from '../../shared/domain/training/magnitude/recent-move.ts';
import type { Procedure } from '../../shared/domain/training/procedure.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type {
  MagnitudeInput,
  MagnitudeSummary,
  TrainMagnitude,
} from '../../shared/ports/magnitude-trainer.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { encode } from '../candidate/bundle-files.ts';
import { bundleRows, fittedPlaces } from '../candidate/bundle-rows.ts';
import { trainingRows } from '../candidate/learn.ts';
import { withLabel } from '../candidate/observations.ts';
import { type DataPlan, planData } from '../candidate/plan.ts';
import { procedureOf } from '../candidate/procedure.ts';
import { DEFAULT_OPTIONS, requireFamily } from '../candidate/train.ts';
import { chosenParameters } from '../candidate/trial.ts';
import { splits } from '../candidate/walk-forward.ts';
import { scoringFiles, withBundle } from './bundle-files.ts';
import { type Fitted, fitProcedure } from './fit.ts';
import { forecastColumns, heldOutForecasts } from './forecasts.ts';
import { type MeasuredRows, measuredRows } from './measured-rows.ts';
import { metricsByRegime } from './regime-metrics.ts';
import { bestOf, search, type Tried } from './search.ts';
import { shapSample } from './shap-sample.ts';
import { trialOf } from './trial.ts';

/** Everything that one run has at hand. */
interface Run {
  readonly input: MagnitudeInput;
  readonly data: MeasuredRows;
  readonly plan: DataPlan;
  readonly options: CandidateOptions;
  readonly parts: TrainingParts;
}

/**
 * Trains a candidate that answers a number, then has the finished bundle forecast the sessions that were kept back.
 *
 * @throws RejectedInput naming why these rows cannot be learnt from
 * @throws NotFound when the family's library is missing; InvariantViolated when the export is not exact
 * @example
 * const { files, bundle } = await trainMagnitude(input, { family, openSession });
 */
export const trainMagnitude: TrainMagnitude = async (input, parts) => {
  const options = { ...DEFAULT_OPTIONS, ...input.options };
  for (const family of [parts.family, ...(parts.rivals ?? [])]) requireFamily(family);
  const data = measuredRows(input);
  const { horizonMinutes, says } = targetNamed(input.target);
  const moves = recentMoves(input.prices, input.timestampsMs, input.sessions, horizonMinutes);
  const plan = planData(input.sessions, options.holdoutSessions);
  const run = { input, data, plan, options, parts };
  const tried = await search(data, moves, foldsOf(run), options, input.seed, parts);
  const best = bestOf(tried);
  const { forecasts, folds, learning } = best.forward;
  const final = await finalFit(run, best, procedureOf(input, options, { judged: [tried.length] }, parts));
  const heldOut = await heldOutForecasts(run, moves, final.training, final.loadable);
  const summary: MagnitudeSummary = {
    kind: 'magnitude',
    unit: input.unit,
    exploratory: plan.exploratory,
    ...labelledRows(run),
    blocked_rows: input.blockedRows ?? NO_BLOCKED_ROWS,
    folds,
    out_of_fold: measureForecasts(forecasts),
    regimes: metricsByRegime(forecasts),
    held_out: heldOut.rows.length === 0 ? null : measureForecasts(heldOut),
    exactness: final.exactness,
    model: final.fitted.model.card,
    trial: trialOf(input, options, best),
    trials: tried.map((one) => trialOf(input, options, one)),
  };
  const outOfFold = forecastColumns(input, forecasts);
  const holdout = forecastColumns(input, heldOut);
  const reports = { 'oof.json': outOfFold, 'holdout.json': holdout, 'report.json': summary };
  const written = Object.entries(reports).map(([path, report]) => [path, encode(report)] as const);
  const { files, bundle } = withBundle(input, new Map([...final.files, ...written]), final.facts);
  const report = {
    ...{ unit: input.unit, says, rows: forecasts, learning, folds },
    ...{ outOfFold: summary.out_of_fold, regimes: summary.regimes, heldOut: summary.held_out },
    shap: await shapSample(input, data, final.fitted, forecasts, files, parts.openSession),
  };
  parts.onProgress?.('done', 1);
  return { files, bundle, outOfFold, holdout, summary, report };
};

function foldsOf({ data, plan, options }: Run) {
  const folds = splits(data, plan.trainingEnd, plan.exploratory, options.folds);
  if (folds.length > 0) return folds;
  throw new RejectedInput('rows: expected enough for one walk-forward fold, was too few', { field: 'rows' });
}

function labelledRows({ data, plan }: Run) {
  const rows = withLabel(
    data,
    Int32Array.from({ length: plan.trainingEnd }, (_, row) => row),
  );
  const effective = rows.reduce((sum, row) => sum + (data.weights[row] as number), 0);
  return { labelled_rows: rows.length, effective_rows: effective };
}

/** The final fit on all training rows, its exact export, and the bundle as it can be loaded. */
async function finalFit(
  { input, data, plan, options, parts }: Run,
  { family, parameters, forward }: Tried,
  procedure: Procedure,
) {
  parts.onProgress?.('final fit', 0.8);
  const { seed } = input;
  const training = trainingRows(data, plan);
  const chosen = { ...options, parameters };
  const { rounds } = forward;
  const fitted: Fitted = await fitProcedure(data, {
    ...{ family, options: chosen, seed, training, rounds, signal: parts.signal },
  });
  parts.onProgress?.('exactness gate', 0.9);
  const sample = bundleRows(data, fitted);
  const layout = {
    places: fittedPlaces(data, fitted),
    columns: sample.columns,
    regimeStates: fitted.hmm.states,
  };
  const exported = fitted.model.exportModel(layout);
  const asked = { count: options.exactnessRows, seed, openSession: parts.openSession };
  const exactness = await fitted.model.verifyExport(exported, layout, sample, asked);
  const files = scoringFiles(input, training, fitted, exported);
  const { exploratory, trainedThrough, holdoutSessions } = plan;
  const facts = {
    ...{ family: family.name, fitted, exploratory, trainedThrough, holdoutSessions },
    parameters: chosenParameters(options, { parameters }),
    procedure,
  };
  return { training, fitted, exactness, files, facts, loadable: withBundle(input, files, facts).files };
}
