import type { TrainReply, TrainRequest, Watch } from './protocol.ts';

/** A booster in training, whichever library it belongs to. */
export interface Booster {
  /** One boosting round, counted from 0; true when no tree could be split any more. */
  boost(round: number): boolean;
  /** The loss on the validation observations after that round. */
  validationLoss(round: number): number;
  /** The model as text, with its first `rounds` rounds. */
  text(rounds: number): string;
}

/** Boosts round after round; the result is cut to the round with the lowest validation loss. */
export function boostRounds(booster: Booster, request: TrainRequest, watch: Watch): TrainReply {
  const losses: number[] = [];
  let best = 0;
  let round = 0;
  while (round < request.rounds) {
    if (watch.cancelled()) return { text: '', rounds: round, validationLosses: losses, cancelled: true };
    const finished = booster.boost(round);
    round += 1;
    watch.onRound(round);
    if (request.validation !== null) {
      losses.push(booster.validationLoss(round - 1));
      if ((losses[round - 1] ?? 0) < (losses[best] ?? 0)) best = round - 1;
      if (round - 1 - best >= request.earlyStoppingRounds) break;
    }
    if (finished) break;
  }
  const kept = request.validation === null ? round : best + 1;
  return { text: booster.text(kept), rounds: kept, validationLosses: losses, cancelled: false };
}
