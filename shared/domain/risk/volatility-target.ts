/** Where a forecast of the underlying's volatility was found, and it: a fraction a year. */
export interface VolatilityForecast {
  readonly source: string;
  readonly forecast: number;
}

export interface VolatilityScale {
  /** Null when no forecast is known. */
  readonly source: string | null;
  readonly forecast: number | null;
  readonly target: number;
  /** What the staked fraction is multiplied with: 0 exclusive to 1. */
  readonly scale: number;
}

/** Features that forecast a year's volatility in percent, the best first: the market's own, then what was realised. */
const FORECASTS = ['vix_pct', 'vix', 'realised_vol_20d_pct'] as const;

/**
 * The forecast that an answer's own inputs hold: India VIX of the feature row (the market's volatility over thirty days,
 * model-free: NSE, India VIX computation methodology), else of the traded chain, else the realised volatility of twenty
 * sessions. A value that is missing, not finite or not above 0 is none.
 * Example: a row with vix 12.5 gives `{ source: 'vix', forecast: 0.125 }`.
 */
export function volatilityForecast(
  features: { readonly names: readonly string[]; readonly values: ArrayLike<number> } | null,
  chainVix: number | null,
): VolatilityForecast | null {
  const known = (name: string) => {
    const at = features?.names.indexOf(name) ?? -1;
    return at < 0 ? Number.NaN : (features?.values[at] ?? Number.NaN);
  };
  const candidates = [
    ...FORECASTS.slice(0, 2).map((name) => [name as string, known(name)] as const),
    ['vix of the traded chain', chainVix ?? Number.NaN] as const,
    [FORECASTS[2] as string, known(FORECASTS[2])] as const,
  ];
  const found = candidates.find(([, percent]) => percent > 0 && percent < Number.POSITIVE_INFINITY);
  return found === undefined ? null : { source: found[0], forecast: found[1] / 100 };
}

/**
 * Volatility targeting: the stake times target / forecast, and never more than the stake (Moreira and Muir,
 * Volatility-Managed Portfolios, Journal of Finance 72, 2017, with the forecast in place of the realised variance's
 * root; Harvey et al., The Impact of Volatility Targeting, 2018). An unknown forecast scales nothing, and says so.
 * Example: a target of 0.2 and a forecast of 0.25 is a scale of 0.8; a forecast of 0.125 is 1.
 */
export function volatilityScale(forecast: VolatilityForecast | null, target: number): VolatilityScale {
  if (forecast === null) return { source: null, forecast: null, target, scale: 1 };
  return { ...forecast, target, scale: Math.min(1, target / forecast.forecast) };
}
