import type { BarrierHit } from './triple-barrier.ts';

/** Minutes ahead for which returns are labelled. */
export const HORIZONS = [3, 5, 15, 30] as const;
export type Horizon = (typeof HORIZONS)[number];

/** The labels of one feature row; null where a label is not known within the session. */
export type LabelRow = {
  /** The feature row's uid. */
  readonly uid: string;
  /** UTC ISO. */
  readonly timestamp: string;
  /** Triple barrier: 1 up, -1 down, 0 neither; null where its volatility is undefined or the horizon is cut off. */
  readonly target: -1 | 0 | 1 | null;
  readonly barrier_hit: BarrierHit | null;
  /** Minutes until the barrier was met; the whole horizon for `time`. */
  readonly minutes_to_hit: number | null;
  /** One-minute volatility that set the barriers, as a fraction. */
  readonly volatility: number | null;
} & { readonly [H in Horizon as `return_${H}`]: number | null } & {
  readonly [H in Horizon as `direction_${H}`]: -1 | 0 | 1 | null;
};

/** Names of the label columns after `uid` and `timestamp`, in file order. */
export const LABEL_COLUMNS = [
  ...HORIZONS.flatMap((horizon) => [`return_${horizon}`, `direction_${horizon}`] as const),
  'target',
  'barrier_hit',
  'minutes_to_hit',
  'volatility',
] as const;
