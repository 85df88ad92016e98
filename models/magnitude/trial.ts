import type { Trial } from '../../shared/domain/training/trial.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { CandidateOptions } from '../../shared/ports/model-trainer.ts';
import { configurationOf } from '../candidate/trial.ts';
import type { Tried } from './search.ts';

/** A configuration's line for the trial ledger: its error, and no returns, as a size is no position. */
export function trialOf(
  input: MagnitudeInput,
  options: CandidateOptions,
  { family, parameters, rmse }: Tried,
): Trial {
  return {
    ...configurationOf(input, options, { family, parameters, rounds: options.rounds }),
    out_of_fold_log_loss: null,
    out_of_fold_rmse: rmse,
    daily_returns: [],
    daily_sharpe: null,
  };
}
