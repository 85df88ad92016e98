import type { FeatureWindow, WindowSnapshot } from '../window.ts';

/** The working data that the feature groups share: built once per vector from the window. */
export interface ChainContext {
  readonly window: FeatureWindow;
  readonly last: WindowSnapshot;
  readonly nowMs: number;
}

/** Builds the context of a window. */
export function contextOf(window: FeatureWindow): ChainContext {
  return { window, last: window.snapshots.at(-1)!, nowMs: window.timestampsMs.at(-1)! };
}
