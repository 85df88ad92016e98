import type { JudgedModel, JudgedRows } from '../../shared/domain/training/report/scores.ts';
import type { Candidate, CandidateInput, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import { decisionOf, type Learnt } from './learn.ts';
import type { Observations } from './observations.ts';
import { scoredColumns } from './scored-columns.ts';
import type { WalkForward } from './walk-forward.ts';

/** A bundle's own model: what it answered out of fold, and for the sessions kept back. */
export function bundleModel(
  name: string,
  data: Observations,
  { fitted, forward }: Pick<Learnt, 'fitted' | 'forward'>,
  { outOfFold, holdout }: Pick<Candidate, 'outOfFold' | 'holdout'>,
  costReturn: number,
): JudgedModel {
  return {
    name,
    features: fitted.selector.kept.length,
    outOfFold: forwardRows(data, forward),
    heldOut: holdout.session.length === 0 ? null : heldOutRows(holdout),
    netUtility: netUtility(outOfFold, costReturn),
  };
}

/**
 * Of every family that the search tried beside the chosen one, the configuration with the lowest loss; named with its
 * rounds where it was let go before it had them all.
 */
export function rivalModels(
  input: CandidateInput,
  data: Observations,
  { best, tried, fitted }: Pick<Learnt, 'best' | 'tried' | 'fitted'>,
  costReturn: number,
): JudgedModel[] {
  const others = tried.filter(({ family }) => family.name !== best.family.name);
  const bestOf = [...Map.groupBy(others, ({ family }) => family.name).values()].map((own) =>
    own.reduce((least, one) => (one.logLoss < least.logLoss ? one : least)),
  );
  return bestOf.map(({ family, forward, rounds }) => {
    const { thresholds } = decisionOf(input, forward, costReturn);
    const scores = { ...forward, probabilities: forward.chosen.probabilities };
    return {
      name: rounds < best.rounds ? `${family.name}, ${rounds} rounds` : family.name,
      features: fitted.selector.kept.length,
      outOfFold: forwardRows(data, forward),
      heldOut: null,
      netUtility: netUtility(scoredColumns(input, scores, thresholds), costReturn),
    };
  });
}

/** A walk-forward's judged rows, after calibration. */
export function forwardRows(data: Observations, { rows, fold, regimes, chosen }: WalkForward): JudgedRows {
  return {
    sessions: Array.from(rows, (row) => data.sessions[row] as string),
    folds: fold,
    regimes,
    labels: Int32Array.from(rows, (row) => data.classes[row] as number),
    probabilities: chosen.probabilities,
  };
}

function heldOutRows({ session, fold, regime, target, sell, hold, buy }: ScoredColumns): JudgedRows {
  return {
    sessions: session,
    folds: fold,
    regimes: regime,
    labels: Int32Array.from(target, (label) => (label as number) + 1),
    probabilities: Float64Array.from(
      session.flatMap((_, row) => [sell[row], hold[row], buy[row]] as number[]),
    ),
  };
}

/** Mean net return of the positions taken; null without any. */
function netUtility({ position, forward_return }: ScoredColumns, costReturn: number): number | null {
  let [sum, trades] = [0, 0];
  position.forEach((side, row) => {
    const move = forward_return[row] ?? null;
    if (side === 0 || move === null) return;
    sum += side * move - costReturn;
    trades += 1;
  });
  return trades === 0 ? null : sum / trades;
}
