import { configurationHash, type Trial } from '../../shared/domain/training/trial.ts';
import type { CandidateInput, CandidateOptions, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import { moments } from '../../shared/stats/moments.ts';

/** The run's line for the trial ledger, from its out-of-fold scores. */
export function trialOf(
  input: CandidateInput,
  options: CandidateOptions,
  family: string,
  oof: ScoredColumns,
  logLoss: number,
): Trial {
  const { exchange, target, featureSet, datasetVersion, seed } = input;
  const { parameters, rounds } = options;
  return {
    exchange,
    target,
    family,
    configuration_hash: configurationHash({ family, target, featureSet, parameters, rounds }),
    parameters,
    dataset_version: datasetVersion,
    seed,
    out_of_fold_log_loss: logLoss,
    ...dailyReturns(oof, options.costReturn),
  };
}

/** Net return of each session's positions, and their Sharpe ratio. */
function dailyReturns(oof: ScoredColumns, costReturn: number): Pick<Trial, 'daily_returns' | 'daily_sharpe'> {
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
