import { utcIso } from '../market/indian-time.ts';
import type { BarrierHit } from './triple-barrier.ts';

/** Minutes ahead for which returns, open interest, prices and trades are labelled. */
export const HORIZONS = [3, 5, 15, 30] as const;
export type Horizon = (typeof HORIZONS)[number];

type Side = -1 | 0 | 1;

/** What is labelled once per horizon, with its kind of value, in file order. */
export const HORIZON_LABELS = [
  'return',
  'direction',
  'oi_change_ce',
  'oi_change_pe',
  'ltp_change_atm_ce',
  'ltp_change_atm_pe',
  'straddle_pnl',
  'call_pnl',
  'put_pnl',
] as const;
export type HorizonLabel = (typeof HORIZON_LABELS)[number];

/** A triple-barrier label with what came of it; every part is null where the target is, but the volatility. */
export interface BarrierLabel {
  readonly target: Side | null;
  readonly barrier_hit: BarrierHit | null;
  /** Minutes until the barrier was met; the whole horizon for `time`. */
  readonly minutes_to_hit: number | null;
  /** What set the barriers, as a fraction; null where it is undefined. */
  readonly volatility: number | null;
  /** How much of the label is its own, in (0, 1]: the weight of the row in training. */
  readonly uniqueness: number | null;
}

/** The labels of one feature row; null where a label is not known within the session (catalogue.ts has each rule). */
export type LabelRow = {
  /** The feature row's uid. */
  readonly uid: string;
  /** UTC ISO. */
  readonly timestamp: string;
} & { readonly [L in Exclude<HorizonLabel, 'direction'> as `${L}_${Horizon}`]: number | null } & {
  readonly [H in Horizon as `direction_${H}`]: Side | null;
} & BarrierLabel & { readonly [K in keyof BarrierLabel as `session_${K}`]: BarrierLabel[K] };

/** The parts of a triple-barrier label, in file order. */
export const BARRIER_LABELS = [
  'target',
  'barrier_hit',
  'minutes_to_hit',
  'volatility',
  'uniqueness',
] as const satisfies readonly (keyof BarrierLabel)[];

/** Names of the label columns after `uid` and `timestamp`, in file order. */
export const LABEL_COLUMNS = [
  ...HORIZONS.flatMap((horizon) => HORIZON_LABELS.map((label) => `${label}_${horizon}` as const)),
  ...BARRIER_LABELS,
  ...BARRIER_LABELS.map((label) => `session_${label}` as const),
] as const;
export type LabelColumn = (typeof LABEL_COLUMNS)[number];

/** The label row of a minute that no label is known of. */
export function unlabelled(uid: string, timestampMs: number): LabelRow {
  const labels = Object.fromEntries(LABEL_COLUMNS.map((name) => [name, null]));
  return { uid, timestamp: utcIso(timestampMs), ...labels } as LabelRow;
}
