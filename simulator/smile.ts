/** Days over which the present variance fades into the long run. */
const MEMORY_YEARS = 20 / 365;
const PREMIUM = 1.1;

/**
 * At-the-money implied volatility (fraction a year) for an expiry `years` away: the mean of a variance that
 * reverts from `current` to `longRun`, times what buyers pay above it. That gives the term structure.
 */
export function atmVolatility(current: number, longRun: number, years: number): number {
  const x = years / MEMORY_YEARS;
  const weight = x < 1e-6 ? 1 : (1 - Math.exp(-x)) / x;
  return PREMIUM * Math.sqrt(weight * current ** 2 + (1 - weight) * longRun ** 2);
}

/** On the day of expiry implied volatility collapses: factor 1.12 at the open, 0.6 at the close. */
export function expiryCollapse(shareOfSessionLeft: number): number {
  return 0.6 + 0.52 * shareOfSessionLeft;
}

/**
 * Implied volatility of a strike: down-sloping skew and wings that grow linearly with the distance, both in
 * standard deviations `z` = ln(strike / forward) / (atm * sqrt(years)).
 */
export function smileVolatility(atm: number, z: number): number {
  const skew = (-0.05 * z) / Math.sqrt(1 + 0.15 * z * z);
  const wings = 0.09 * (Math.sqrt(1 + 0.25 * z * z) - 1);
  return atm * (1 + skew + wings);
}
