/** All quality flags in the order they are looked for and reported. */
export const QUALITY_FLAGS = [
  'out_of_session',
  'clock_skew',
  'duplicated_minute',
  'minute_gap',
  'wrong_expiry',
  'wrong_unit',
  'missing_strikes',
  'dropped_side',
  'spot_jump',
  'spot_frozen',
  'future_basis_out_of_range',
  'vix_missing',
  'vix_frozen',
  'crossed_quotes',
  'locked_zero_quotes',
  'stale_quotes',
  'stale_last_price',
  'price_out_of_bounds',
  'put_call_parity_broken',
  'frozen_oi',
  'oi_contradicts_change',
  'volume_falling',
] as const;
export type QualityFlag = (typeof QUALITY_FLAGS)[number];

/** What one rule found: the flag, the wire name of the field it is about, and why, with the numbers. */
export interface QualityFinding {
  readonly flag: QualityFlag;
  readonly field: string;
  readonly why: string;
}
