import { configurationHash, type Trial } from '../../shared/domain/training/trial.ts';
import type { ModelParameters } from '../../shared/ports/model-family.ts';
import type { CandidateInput, CandidateOptions, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import { moments } from '../../shared/stats/moments.ts';
import { decisionOf } from './learn.ts';
import { scoredColumns } from './scored-columns.ts';
import type { Judged } from './search.ts';
import type { WalkForward } from './walk-forward.ts';

/** A configuration's line for the trial ledger, from its out-of-fold scores and the thresholds they ask for. */
export function trialOf(input: CandidateInput, options: CandidateOptions, judged: Judged): Trial {
  const { costReturn } = options;
  const { forward } = judged;
  const { thresholds } = decisionOf(input, forward, costReturn);
  const oof = scoredColumns(input, { ...forward, probabilities: forward.chosen.probabilities }, thresholds);
  const configuration = configurationOf(input, options, judged);
  const isDistilled = configuration.parameters['distilled_features'] !== undefined;
  return {
    ...configuration,
    ...(isDistilled && { distilled: true as const }),
    out_of_fold_log_loss: judged.logLoss,
    ...dailyReturns(oof, costReturn),
  };
}

/** What was tried, on what: the part of a trial that does not depend on how it ended. */
export function configurationOf(
  input: Pick<CandidateInput, 'exchange' | 'target' | 'featureSet' | 'datasetVersion' | 'seed'>,
  options: CandidateOptions,
  tried: Pick<Judged, 'family' | 'parameters' | 'rounds'> & {
    readonly forward?: Pick<WalkForward, 'perRegime'>;
  },
) {
  const { exchange, target, featureSet, datasetVersion, seed } = input;
  const parameters = chosenParameters(options, tried);
  const family = tried.family.name;
  const { rounds } = tried;
  return {
    ...{ exchange, target, family, parameters, seed },
    configuration_hash: configurationHash({ family, target, featureSet, parameters, rounds }),
    dataset_version: datasetVersion,
  };
}

/**
 * Everything that was chosen: the family's parameters, the half-life of observations, and a model per regime where that is
 * what the folds judged.
 */
export function chosenParameters(
  { recencyHalfLifeSessions }: CandidateOptions,
  { parameters, forward }: Pick<Judged, 'parameters'> & { readonly forward?: Pick<WalkForward, 'perRegime'> },
): ModelParameters {
  return {
    ...parameters,
    ...(Number.isFinite(recencyHalfLifeSessions) && { recency_half_life_sessions: recencyHalfLifeSessions }),
    ...(forward?.perRegime && { per_regime: true }),
  };
}

/** Net return of each session's positions, and their Sharpe ratio. */
export function dailyReturns(
  oof: Pick<ScoredColumns, 'session' | 'position' | 'forward_return'>,
  costReturn: number,
): Pick<Trial, 'daily_returns' | 'daily_sharpe'> {
  const byDay = new Map<string, number>();
  oof.session.forEach((session, row) => {
    const position = oof.position[row] as number;
    const forward = oof.forward_return[row] ?? null;
    const gain = position === 0 || forward === null ? 0 : position * forward - costReturn;
    byDay.set(session, (byDay.get(session) ?? 0) + gain);
  });
  const returns = [...byDay.values()];
  const { mean, standardDeviation } = moments(returns);
  return { daily_returns: returns, daily_sharpe: standardDeviation > 0 ? mean / standardDeviation : null };
}
