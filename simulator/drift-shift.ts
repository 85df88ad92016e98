/** A shift of what the features see, for the demo's drift scene. */
export interface DriftShift {
  /** Factor on realised volatility. Default 1. */
  readonly volatilityFactor?: number;
  /** Percentage points added to implied volatilities and India VIX. Default 0. */
  readonly ivShiftPct?: number;
  /** Factor on put open interest, and so on the put-call ratio of OI. Default 1. */
  readonly putOiFactor?: number;
}
