import type { Leg } from '../../market/snapshot.ts';
import type { FeatureWindow } from '../window.ts';
import { ladderHalfWidth } from './ladder-width.ts';
import { type StrikeGrid, strikeGrid } from './strike-grid.ts';

/** One contract of the ladder through the window: its leg in each snapshot, undefined where it was absent. */
export interface LadderLeg {
  readonly strike: number;
  readonly legs: readonly (Leg | undefined)[];
}

/** The contracts around the money that the newest snapshot holds, by rising strike, each with its past. */
export interface Ladder {
  readonly calls: readonly LadderLeg[];
  readonly puts: readonly LadderLeg[];
  /** The strikes that have both. */
  readonly pairs: readonly (readonly [call: LadderLeg, put: LadderLeg])[];
}

/** The ladder of a window: the strikes of its grid around the newest underlying price, whatever was delivered. */
export function ladderOf(window: FeatureWindow): Ladder {
  const { snapshots, strikeStep: step, ladderSides } = window;
  const price = snapshots.at(-1)!.underlying_price;
  const lowest = (Math.floor((price - ladderHalfWidth(window)) / step) + 1) * step;
  const grids = snapshots.map(({ legs }) => strikeGrid(legs, step));
  const [calls, puts]: [LadderLeg[], LadderLeg[]] = [[], []];
  const pairs: [LadderLeg, LadderLeg][] = [];
  for (let place = 0; place <= 2 * ladderSides; place += 1) {
    const strike = lowest + place * step;
    const call = pastOf(grids, 'calls', strike);
    const put = pastOf(grids, 'puts', strike);
    if (call !== null) calls.push(call);
    if (put !== null) puts.push(put);
    if (call !== null && put !== null) pairs.push([call, put]);
  }
  return { calls, puts, pairs };
}

/** A contract through the snapshots; null when the newest does not hold it. */
function pastOf(grids: readonly StrikeGrid[], side: 'calls' | 'puts', strike: number): LadderLeg | null {
  const { lowest, step, [side]: newest } = grids.at(-1)!;
  if (newest[(strike - lowest) / step] === undefined) return null;
  const legs = grids.map((grid) => grid[side][(strike - grid.lowest) / grid.step]);
  return { strike, legs };
}

/** Open interest at one snapshot, in units; NaN when absent or missing. */
export function oiAt({ legs }: LadderLeg, place: number): number {
  return legs[place]?.oi ?? Number.NaN;
}
