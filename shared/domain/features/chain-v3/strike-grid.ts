import type { Leg } from '../../market/snapshot.ts';

/** A snapshot's legs by strike on a grid; undefined where there is none. Legs between grid strikes are in none. */
export interface StrikeGrid {
  /** The strike of the first place: a multiple of `step`. */
  readonly lowest: number;
  readonly step: number;
  readonly calls: readonly (Leg | undefined)[];
  readonly puts: readonly (Leg | undefined)[];
}

const GRIDS = new WeakMap<readonly Leg[], StrikeGrid>();

/** The legs of a snapshot on a grid. Remembered for the list of legs, which must not be changed afterwards. */
export function strikeGrid(legs: readonly Leg[], step: number): StrikeGrid {
  const known = GRIDS.get(legs);
  if (known?.step === step) return known;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { strike } of legs) {
    least = Math.min(least, strike);
    most = Math.max(most, strike);
  }
  const lowest = Math.floor(least / step) * step;
  const places = legs.length === 0 ? 0 : Math.floor((most - lowest) / step) + 1;
  const grid = { lowest, step, calls: placesOf(places), puts: placesOf(places) };
  for (const leg of legs) {
    const side = leg.option_type === 'CE' ? grid.calls : grid.puts;
    const place = (leg.strike - lowest) / step;
    if (Number.isInteger(place)) side[place] = leg;
  }
  GRIDS.set(legs, grid);
  return grid;
}

function placesOf(count: number): (Leg | undefined)[] {
  return new Array(count).fill(undefined);
}
