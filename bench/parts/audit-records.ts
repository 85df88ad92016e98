/** A record of the audit log as large as a real one: of four a trade's report, else a recommendation. */
export function auditRecord(at: number): Readonly<Record<string, unknown>> {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + at * 5000).toISOString();
  if (at % 4 === 3) {
    return {
      ...{ trade_id: `T-${at}`, recommendation_id: `R-${at - 1}`, origin: 'auto', status: 'executed' },
      ...{ exchange: 'NSE', symbol: 'NIFTY26JAN26000CE', side: 'BUY', quantity_lots: 2, price: 100 + at / 7 },
      ...{ timestamp, recorded_at: timestamp, reason: null, pnl: null, constraint_violation: null },
    };
  }
  const buy = (at % 97) / 97;
  return {
    ...{ id: `R-${at}`, timestamp, received_at: timestamp, recorded_at: timestamp, exchange: 'NSE' },
    ...{ target: 'tb15', symbol: 'NIFTY26JAN26000CE', action: 'BUY', confidence: buy },
    probabilities: { sell: (1 - buy) / 3, hold: (2 - 2 * buy) / 3, buy },
    ...{ regime: at % 4, regime_probabilities: [0.1, 0.2, 0.3, 0.4] },
    ...{ kelly_fraction: buy / 50, kelly_full: buy / 5, recommended_lots: 1, execute: true, risk_flags: [] },
    rationale: `BUY at ${(100 * buy).toFixed(1)} % in regime ${at % 4}, driven by pcr_total_oi and put_call_iv_skew`,
    ...{ model_version: '2026-01-01-1a2b3c4d', feature_set: 'tracker-v2', dataset_version: '2026-01-01' },
    drivers: Array.from({ length: 5 }, (_, driver) => ({
      ...{ feature: `feature_${driver}`, value: at / (driver + 3), zscore: (at % 13) / 7, shap: driver / 30 },
    })),
    features_summary: Object.fromEntries(
      Array.from({ length: 20 }, (_, feature) => [`feature_${feature}`, at / (feature + 1)]),
    ),
    ...{ input_hash: at.toString(16).padStart(64, '0'), latency_us: 900 + (at % 300) },
  };
}
