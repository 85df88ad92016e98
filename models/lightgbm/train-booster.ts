import {
  boost,
  createBooster,
  createDataset,
  modelText,
  type Observations,
  validationLoss,
} from './booster.ts';
import type { CApi, Handle } from './c-api.ts';

/** What one training run is given, in the words of the worker's messages. */
export interface TrainRequest {
  readonly training: Observations;
  readonly validation: Observations | null;
  /** As `parameterText` writes them. */
  readonly parameters: string;
  readonly rounds: number;
  /** Rounds without a better validation loss before stopping; ignored without validation. */
  readonly earlyStoppingRounds: number;
}

export interface TrainReply {
  /** The model text, cut to `rounds`. */
  readonly text: string;
  readonly rounds: number;
  /** The validation log-loss after each round; empty without validation. */
  readonly validationLosses: readonly number[];
  readonly cancelled: boolean;
}

interface Watch {
  readonly cancelled: () => boolean;
  readonly onRound: (round: number) => void;
}

/** Trains a booster, blocking this thread. The result is cut to the round with the lowest validation loss. */
export function trainBooster(api: CApi, request: TrainRequest, watch: Watch): TrainReply {
  using training = createDataset(api, request.training, request.parameters, null);
  using booster = createBooster(api, training, request.parameters);
  using validation =
    request.validation === null ? null : createDataset(api, request.validation, request.parameters, training);
  if (validation !== null) api.LGBM_BoosterAddValidData(booster.pointer, validation.pointer);
  return boostRounds(api, booster, request, watch);
}

function boostRounds(api: CApi, booster: Handle, request: TrainRequest, watch: Watch): TrainReply {
  const losses: number[] = [];
  let best = 0;
  let round = 0;
  while (round < request.rounds) {
    if (watch.cancelled()) return { text: '', rounds: round, validationLosses: losses, cancelled: true };
    const finished = boost(api, booster);
    round += 1;
    watch.onRound(round);
    if (request.validation !== null) {
      losses.push(validationLoss(api, booster));
      if ((losses[round - 1] ?? 0) < (losses[best] ?? 0)) best = round - 1;
      if (round - 1 - best >= request.earlyStoppingRounds) break;
    }
    if (finished) break;
  }
  const kept = request.validation === null ? round : best + 1;
  return { text: modelText(api, booster, kept), rounds: kept, validationLosses: losses, cancelled: false };
}
