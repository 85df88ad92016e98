/** One round of successive halving. */
export interface Rung {
  /** Boosting rounds each configuration may have, as a share of all, in (0, 1]. */
  readonly share: number;
  /** Configurations that go on to the next rung; 1 at the end. */
  readonly survivors: number;
}

const ETA = 3;
const MOST_RUNGS = 3;

/**
 * Successive halving (Jamieson and Talwalkar 2016) over boosting rounds: all configurations with few rounds, the best
 * third of them with three times as many, until the last rung gives the rest all of them. Every rung judges on every
 * fold, so that the ledger can compare the daily returns of all that was tried (the gate's rule on overfitting).
 *
 * @param configurations - wanted, >= 1: they decide the rungs
 * @param drawn - those that time allowed, >= 1: a third of them goes on
 * @example halvingPlan(9) // [{ share: 1/9, survivors: 3 }, { share: 1/3, survivors: 1 }, { share: 1, survivors: 1 }]
 */
export function halvingPlan(configurations: number, drawn = configurations): Rung[] {
  const rungs = Math.min(MOST_RUNGS, 1 + Math.floor(Math.log(configurations) / Math.log(ETA) + 1e-9));
  return Array.from({ length: rungs }, (_, rung) => ({
    share: ETA ** (rung - rungs + 1),
    survivors: rung === rungs - 1 ? 1 : Math.ceil(drawn / ETA ** (rung + 1)),
  }));
}

/** The places of the `count` smallest losses, best first; of equal ones the earlier. NaN never survives another. */
export function survivors(losses: readonly number[], count: number): number[] {
  return losses
    .map((loss, at) => ({ at, loss: Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss }))
    .sort((a, b) => a.loss - b.loss || a.at - b.at)
    .slice(0, count)
    .map(({ at }) => at);
}
