import { TRACKER_V2_NAMES, type TrackerV2Name } from './tracker-v2/names.ts';

const TRACKER_V2_ID = 'tracker-v2';

/** Of tracker-v2 what option prices, volumes, volatilities, quotes, the future, India VIX and macro have no part in. */
const OI_AND_SPOT: ReadonlySet<TrackerV2Name> = new Set([
  ...(['pcr_total_oi', 'pcr_itm_oi', 'total_itm_oi_ce', 'total_itm_oi_pe', 'itm_ce_breadth'] as const),
  ...(['itm_pe_breadth', 'itm_oi_ce_pct_change_3m_wavg', 'itm_oi_pe_pct_change_3m_wavg'] as const),
  ...(['ce_pct_change_3m', 'pe_pct_change_3m', 'net_gamma_exposure', 'gamma_flip_level'] as const),
  ...(['dealer_vanna_exposure', 'dealer_charm_exposure', 'ce_oi_spike', 'pe_oi_spike'] as const),
  ...(['total_itm_oi_ce_ratio', 'total_itm_oi_pe_ratio', 'time_to_expiry_hours'] as const),
  ...(['atm_shift_intensity', 'breadth_divergence', 'oi_pressure_ratio', 'ce_oi_momentum_5'] as const),
  ...(['pe_oi_momentum_5', 'ce_oi_momentum_10', 'pe_oi_momentum_10', 'ce_oi_momentum_20'] as const),
  ...(['pe_oi_momentum_20', 'hour', 'minute', 'time_to_close_hours', 'is_opening_hour'] as const),
  ...(['is_closing_hour', 'is_lunch_hour', 'sin_time', 'cos_time', 'price_momentum_5'] as const),
  ...(['price_zscore_5', 'price_momentum_10', 'price_zscore_10', 'price_momentum_20'] as const),
  ...(['price_zscore_20', 'price_momentum_30', 'price_zscore_30', 'realized_vol_5m'] as const),
  ...(['price_roc_5m', 'price_roc_15m', 'price_roc_30m'] as const),
]);

/** Of tracker-v2 what rests on macro values alone. */
const MACRO: ReadonlySet<TrackerV2Name> = new Set([
  ...(['macro_fii_dii_net', 'macro_usdinr_trend', 'macro_crude_trend', 'macro_banknifty_corr'] as const),
  ...(['macro_risk_on_score', 'news_sentiment_score', 'vix_contango_pct', 'term_structure_spread'] as const),
]);

/**
 * A sparse snapshot's feature values, with those missing (NaN) that rest on what it does not know: the tracker's own
 * definitions make them 0, which looks like a value. Macro values are known where some were imported (`hasMacro`).
 * Sets that make a missing input a missing value by themselves are left as they are.
 */
export function sparseValues(values: Float64Array, setId: string, hasMacro: boolean): Float64Array {
  if (setId !== TRACKER_V2_ID) return values;
  return values.map((value, index) => {
    const name = TRACKER_V2_NAMES[index]!;
    return OI_AND_SPOT.has(name) || (hasMacro && MACRO.has(name)) ? value : Number.NaN;
  });
}
