import type { FeatureWindow, WindowSnapshot } from '../window.ts';
import { type Ladder, ladderOf } from './ladder.ts';
import { ladderHalfWidth } from './ladder-width.ts';
import { minutesAgo } from './look-back.ts';
import { publicationsOf } from './publications.ts';
import { type Smile, smileOf } from './smile.ts';

/** The working data that the feature groups share: built once per vector from the window. */
export interface ChainContext {
  readonly window: FeatureWindow;
  readonly last: WindowSnapshot;
  readonly nowMs: number;
  /** Whole minutes from each snapshot to the newest. */
  readonly ago: readonly number[];
  /** Underlying price now, index points. */
  readonly price: number;
  readonly ladder: Ladder;
  /** Snapshots that first show new open interest. */
  readonly publications: readonly number[];
  readonly smile: Smile;
  /** One standard deviation of the underlying to expiry by the at-the-money volatility, index points; NaN without. */
  readonly sigmaPoints: number;
}

/** Nothing looks further back by the clock; where minutes are lost, a window holds older ones. */
export const LOOK_BACK_MINUTES = 60;

/** Builds the context of a window. */
export function contextOf(given: FeatureWindow): ChainContext {
  const window = lastHourOf(given);
  const last = window.snapshots.at(-1)!;
  const ago = minutesAgo(window.timestampsMs);
  const ladder = ladderOf(window);
  const smile = smileAt(window, window.snapshots.length - 1);
  const price = last.underlying_price;
  return {
    window,
    last,
    nowMs: window.timestampsMs.at(-1)!,
    ago,
    price,
    ladder,
    publications: publicationsOf(ladder, ago),
    smile,
    sigmaPoints: smile.years > 0 ? price * smile.atmVolatility * Math.sqrt(smile.years) : Number.NaN,
  };
}

function lastHourOf(window: FeatureWindow): FeatureWindow {
  const from = minutesAgo(window.timestampsMs).findIndex((ago) => ago <= LOOK_BACK_MINUTES);
  if (from === 0) return window;
  return {
    ...window,
    snapshots: window.snapshots.slice(from),
    timestampsMs: window.timestampsMs.slice(from),
  };
}

/** The smile of one snapshot of a window, within the ladder around its own underlying price. */
export function smileAt(window: FeatureWindow, place: number): Smile {
  const { legs, underlying_price: underlyingPrice } = window.snapshots[place]!;
  return smileOf({
    legs,
    timestampMs: window.timestampsMs[place]!,
    expiry: window.expiry,
    underlyingPrice,
    halfWidth: ladderHalfWidth(window),
  });
}
