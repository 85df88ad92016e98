import type { Leg } from '../../market/snapshot.ts';
import type { FeatureWindow } from '../window.ts';
import { ladderHalfWidth } from './ladder-width.ts';

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

type Past = (Leg | undefined)[];

/** The ladder of a window: the strikes of its grid around the newest underlying price, whatever was delivered. */
export function ladderOf(window: FeatureWindow): Ladder {
  const { snapshots, strikeStep: step, ladderSides } = window;
  const price = snapshots.at(-1)!.underlying_price;
  const lowest = (Math.floor((price - ladderHalfWidth(window)) / step) + 1) * step;
  const [callPasts, putPasts] = pastsOf(snapshots, lowest, step, 2 * ladderSides + 1);
  const [calls, puts]: [LadderLeg[], LadderLeg[]] = [[], []];
  const pairs: [LadderLeg, LadderLeg][] = [];
  for (let place = 0; place <= 2 * ladderSides; place += 1) {
    const strike = lowest + place * step;
    const call = { strike, legs: callPasts[place]! };
    const put = { strike, legs: putPasts[place]! };
    const [hasCall, hasPut] = [call.legs.at(-1) !== undefined, put.legs.at(-1) !== undefined];
    if (hasCall) calls.push(call);
    if (hasPut) puts.push(put);
    if (hasCall && hasPut) pairs.push([call, put]);
  }
  return { calls, puts, pairs };
}

/** The calls and the puts of each strike from the lowest on, snapshot by snapshot. */
function pastsOf(
  snapshots: FeatureWindow['snapshots'],
  lowest: number,
  step: number,
  strikes: number,
): [calls: readonly Past[], puts: readonly Past[]] {
  const pasts = () =>
    Array.from({ length: strikes }, (): Past => new Array(snapshots.length).fill(undefined));
  const [calls, puts] = [pasts(), pasts()];
  for (let at = 0; at < snapshots.length; at += 1) {
    for (const leg of snapshots[at]!.legs) {
      const place = (leg.strike - lowest) / step;
      if (place < 0 || place >= strikes || !Number.isInteger(place)) continue;
      (leg.option_type === 'CE' ? calls : puts)[place]![at] = leg;
    }
  }
  return [calls, puts];
}

/** Open interest at one snapshot, in units; NaN when absent or missing. */
export function oiAt({ legs }: LadderLeg, place: number): number {
  return legs[place]?.oi ?? Number.NaN;
}
