const INV_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

export interface OptionValue {
  /** Undiscounted call price in points. */
  readonly call: number;
  /** Undiscounted put price in points. */
  readonly put: number;
  /** Change of either price for a change of volatility by 1.00 (100 percentage points). */
  readonly vega: number;
}

/**
 * Black (1976), undiscounted: `forward` and `strike` in points, `volatility` a year as a fraction, `years` to
 * expiry. With no time or volatility left it is the intrinsic value. Example: black76(100, 100, 0.2, 1).call = 7.9656.
 */
export function black76(forward: number, strike: number, volatility: number, years: number): OptionValue {
  const deviation = volatility * Math.sqrt(years);
  if (!(deviation > 0)) {
    return { call: Math.max(forward - strike, 0), put: Math.max(strike - forward, 0), vega: 0 };
  }
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const call = forward * normalCdf(d1) - strike * normalCdf(d1 - deviation);
  const density = INV_SQRT_2PI * Math.exp((-d1 * d1) / 2);
  const floored = Math.max(call, forward - strike, 0);
  return { call: floored, put: floored - (forward - strike), vega: forward * density * Math.sqrt(years) };
}

/** Standard normal distribution function, absolute error below 1e-7 (Abramowitz and Stegun 26.2.17). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = INV_SQRT_2PI * Math.exp((-x * x) / 2) * series;
  return x >= 0 ? 1 - tail : tail;
}
