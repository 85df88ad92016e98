/** One round of successive halving. */
export interface Rung {
  /** Walk-forward folds each configuration is judged on: the latest ones. */
  readonly folds: number;
  /** Configurations that go on to the next rung; 1 at the end. */
  readonly survivors: number;
}

const ETA = 3;

/**
 * Successive halving (Jamieson and Talwalkar 2016) over walk-forward folds: many configurations on the latest folds,
 * the best third of them on three times as many, until the last rung judges the rest on all folds. Every fold is
 * trained on all that came before it, so that fewer folds mean fewer judgements and not less learning.
 *
 * @param configurations - >= 1
 * @param folds - >= 1
 * @example halvingPlan(9, 4) // [{ folds: 1, survivors: 3 }, { folds: 4, survivors: 1 }]
 */
export function halvingPlan(configurations: number, folds: number): Rung[] {
  const rungs = Math.min(depth(configurations), depth(folds));
  return Array.from({ length: rungs + 1 }, (_, rung) => ({
    folds: rung === rungs ? folds : Math.max(1, Math.floor(folds / ETA ** (rungs - rung))),
    survivors: rung === rungs ? 1 : Math.max(1, Math.ceil(configurations / ETA ** (rung + 1))),
  }));
}

/** How often a number can be divided by ETA before it falls below 1. */
function depth(value: number): number {
  return Math.max(0, Math.floor(Math.log(value) / Math.log(ETA) + 1e-9));
}

/** The places of the `count` smallest losses, best first; of equal ones the earlier. NaN never survives another. */
export function survivors(losses: readonly number[], count: number): number[] {
  return losses
    .map((loss, at) => ({ at, loss: Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss }))
    .sort((a, b) => a.loss - b.loss || a.at - b.at)
    .slice(0, count)
    .map(({ at }) => at);
}
