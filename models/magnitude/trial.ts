import { configurationHash, type Trial } from '../../shared/domain/training/trial.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { CandidateOptions } from '../../shared/ports/model-trainer.ts';
import { chosenParameters } from '../candidate/trial.ts';
import type { Tried } from './search.ts';

/** A configuration's line for the trial ledger: its error, and no returns, as a size is no position. */
export function trialOf(input: MagnitudeInput, options: CandidateOptions, tried: Tried): Trial {
  const { exchange, target, featureSet, datasetVersion, seed } = input;
  const parameters = chosenParameters(options, { parameters: tried.parameters });
  const family = tried.family.name;
  const { rounds } = options;
  return {
    exchange,
    target,
    family,
    configuration_hash: configurationHash({ family, target, featureSet, parameters, rounds }),
    parameters,
    dataset_version: datasetVersion,
    seed,
    out_of_fold_log_loss: null,
    out_of_fold_rmse: tried.rmse,
    daily_returns: [],
    daily_sharpe: null,
  };
}
