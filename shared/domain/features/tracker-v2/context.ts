import type { FeatureWindow, WindowSnapshot } from '../window.ts';
import { type Ladder, ladderOf } from './ladder.ts';
import { type PriceSeries, priceSeries } from './series.ts';

/** The working data that the feature groups share: built once per vector from the window. */
export interface FeatureContext {
  readonly window: FeatureWindow;
  readonly last: WindowSnapshot;
  readonly nowMs: number;
  readonly series: PriceSeries;
  readonly ladder: Ladder;
  /** The newest known future price; the underlying price when it is missing or 0 (FEATURES.md, W5). */
  readonly futurePrice: number;
}

/** Builds the context; the ladder of a window too short to be used is not looked at. */
export function contextOf(window: FeatureWindow, series: PriceSeries = priceSeries(window)): FeatureContext {
  const last = window.snapshots.at(-1)!;
  return {
    window,
    last,
    nowMs: window.timestampsMs.at(-1)!,
    series,
    ladder: ladderOf(window),
    futurePrice: lastKnown(window, 'future_price') || last.underlying_price,
  };
}

/** The newest value of the window that is not missing; 0 when all are. A zero counts as a value. */
export function lastKnown(window: FeatureWindow, field: 'future_price' | 'vix'): number {
  return window.snapshots.findLast((snapshot) => snapshot[field] !== null)?.[field] ?? 0;
}
