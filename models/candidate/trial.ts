import { configurationHash, type Trial } from '../../shared/domain/training/trial.ts';
import type { CandidateInput, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import { moments } from '../../shared/stats/moments.ts';
import { decisionOf } from './learn.ts';
import { scoredColumns } from './scored-columns.ts';
import type { Judged } from './search.ts';

/** A configuration's line for the trial ledger, from its out-of-fold scores and the thresholds they ask for. */
export function trialOf(input: CandidateInput, costReturn: number, judged: Judged): Trial {
  const { exchange, target, featureSet, datasetVersion, seed } = input;
  const { forward, parameters, rounds } = judged;
  const family = judged.family.name;
  const { thresholds } = decisionOf(input, forward, costReturn);
  const oof = scoredColumns(input, { ...forward, probabilities: forward.chosen.probabilities }, thresholds);
  return {
    exchange,
    target,
    family,
    configuration_hash: configurationHash({ family, target, featureSet, parameters, rounds }),
    parameters,
    dataset_version: datasetVersion,
    seed,
    out_of_fold_log_loss: judged.logLoss,
    ...dailyReturns(oof, costReturn),
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
