export interface LotsInput {
  /** Fraction of the account that may be lost. */
  readonly fraction: number;
  readonly accountRupees: number;
  /** What one lot can lose: premium times lot size for a bought option. */
  readonly riskPerLotRupees: number;
  readonly maxLots: number;
}

/**
 * Whole lots whose total risk fits the fraction: rounded down, so it may be 0, and never above `maxLots`.
 * A risk per lot that is not a positive number gives 0.
 * Example: 2 % of 1,000,000 at 9,750 a lot is 2.
 */
export function recommendedLots({ fraction, accountRupees, riskPerLotRupees, maxLots }: LotsInput): number {
  if (!(riskPerLotRupees > 0) || !Number.isFinite(riskPerLotRupees)) return 0;
  return Math.max(0, Math.min(maxLots, Math.floor((accountRupees * fraction) / riskPerLotRupees)));
}
