import type { Leg } from '../../market/snapshot.ts';
import type { FeatureWindow } from '../window.ts';

/** One contract of the ladder through the window: its leg in each snapshot, undefined where it was absent. */
export interface LadderLeg {
  readonly strike: number;
  readonly legs: readonly (Leg | undefined)[];
}

/** The contracts around the money of the newest snapshot, by rising strike, each with its past. */
export interface Ladder {
  readonly calls: readonly LadderLeg[];
  readonly puts: readonly LadderLeg[];
}

/** Index points that a ladder reaches either side of the underlying price: its strikes and half a step. */
export function ladderHalfWidth({
  ladderSides,
  strikeStep,
}: Pick<FeatureWindow, 'ladderSides' | 'strikeStep'>) {
  return (ladderSides + 0.5) * strikeStep;
}

/** Whether a strike is in the ladder around a price. Of two strikes half a step outside, the upper one is. */
export function isWithin(strike: number, price: number, halfWidth: number): boolean {
  const distance = strike - price;
  return distance > -halfWidth && distance <= halfWidth;
}

/** The ladder of a window: strikes around the newest underlying price, whatever wider chain was delivered. */
export function ladderOf(window: FeatureWindow): Ladder {
  const { legs, underlying_price: price } = window.snapshots.at(-1)!;
  const halfWidth = ladderHalfWidth(window);
  const places = legs.flatMap(({ strike }, place) => (isWithin(strike, price, halfWidth) ? place : []));
  places.sort((a, b) => legs[a]!.strike - legs[b]!.strike);
  const side = (optionType: Leg['option_type']) =>
    places.flatMap((place) => (legs[place]!.option_type === optionType ? ladderLeg(window, place) : []));
  return { calls: side('CE'), puts: side('PE') };
}

/** Chains keep their order from minute to minute, so a leg mostly stands where it stood in the newer snapshot. */
function ladderLeg({ snapshots }: FeatureWindow, place: number): LadderLeg {
  const newest = snapshots.at(-1)!.legs[place]!;
  const past: (Leg | undefined)[] = new Array(snapshots.length).fill(undefined);
  let hint = place;
  for (let at = snapshots.length - 1; at >= 0; at -= 1) {
    const { legs } = snapshots[at]!;
    const found = isSame(legs[hint], newest) ? hint : legs.findIndex((leg) => isSame(leg, newest));
    if (found < 0) continue;
    hint = found;
    past[at] = legs[found];
  }
  return { strike: newest.strike, legs: past };
}

function isSame(leg: Leg | undefined, other: Leg): boolean {
  return leg !== undefined && leg.strike === other.strike && leg.option_type === other.option_type;
}

/** Open interest at one snapshot, in units; NaN when absent or missing. */
export function oiAt({ legs }: LadderLeg, place: number): number {
  return legs[place]?.oi ?? Number.NaN;
}
