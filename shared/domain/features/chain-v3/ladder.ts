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
  const offsets = grids.map((grid) => Math.round((lowest - grid.lowest) / step));
  const [allCalls, allPuts] = [grids.map(({ calls }) => calls), grids.map(({ puts }) => puts)];
  const [calls, puts]: [LadderLeg[], LadderLeg[]] = [[], []];
  const pairs: [LadderLeg, LadderLeg][] = [];
  for (let place = 0; place <= 2 * ladderSides; place += 1) {
    const strike = lowest + place * step;
    const call = { strike, legs: pastAt(allCalls, offsets, place) };
    const put = { strike, legs: pastAt(allPuts, offsets, place) };
    const [hasCall, hasPut] = [call.legs.at(-1) !== undefined, put.legs.at(-1) !== undefined];
    if (hasCall) calls.push(call);
    if (hasPut) puts.push(put);
    if (hasCall && hasPut) pairs.push([call, put]);
  }
  return { calls, puts, pairs };
}

/** The leg at a place of the ladder in each snapshot, given where the ladder begins in its grid. */
function pastAt(
  sides: readonly StrikeGrid['calls'][],
  offsets: readonly number[],
  place: number,
): (Leg | undefined)[] {
  const past: (Leg | undefined)[] = [];
  for (let at = 0; at < sides.length; at += 1) {
    const side = sides[at]!;
    const where = offsets[at]! + place;
    past.push(where >= 0 && where < side.length ? side[where] : undefined);
  }
  return past;
}

/** Open interest at one snapshot, in units; NaN when absent or missing. */
export function oiAt({ legs }: LadderLeg, place: number): number {
  return legs[place]?.oi ?? Number.NaN;
}
