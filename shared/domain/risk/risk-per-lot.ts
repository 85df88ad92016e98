export interface LotRisk {
  readonly premiumRupees: number;
  /** Fall of the premium a unit at which the position is sold; null when there is no stop. */
  readonly stopRupees: number | null;
  /** Units in one lot. */
  readonly units: number;
}

/**
 * What one lot of a bought option is expected to lose at most: its stop where that comes before the whole premium.
 * A price that falls through the stop between two observations loses more, at most the premium.
 * Example: a premium of 350, a stop of 25 and 65 units are 1,625 rupees; a premium of 20 is 1,300.
 */
export function riskPerLotRupees({ premiumRupees, stopRupees, units }: LotRisk): number {
  return Math.min(premiumRupees, stopRupees ?? premiumRupees) * units;
}
