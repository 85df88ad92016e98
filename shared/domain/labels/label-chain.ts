import { featureUid } from '../features/feature-set.ts';
import type { ChainDaySnapshot } from '../lake/chain-rows.ts';
import { pricedMinutesOfDay } from '../lake/compaction.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { epochMs } from '../market/indian-time.ts';
import { labelDay } from './label-day.ts';
import type { LabelRow } from './label-row.ts';

/**
 * The labels of a compacted day of one exchange: one row per minute that has prices, by rising time, each under the uid
 * that the feature set gives its row. Throws as `labelDay` does. An empty chain gives no rows.
 */
export function labelChain(
  chain: readonly ChainDaySnapshot[],
  rules: ExchangeRules,
  featureSetId: string,
): LabelRow[] {
  const minutes = pricedMinutesOfDay([...chain]);
  const inputs = minutes.map(({ exchange, timestamp, underlying_price, expiry, atm_strike, legs }) => ({
    uid: featureUid(exchange, timestamp, featureSetId),
    timestampMs: epochMs(timestamp),
    underlyingPrice: underlying_price,
    expiry,
    atmStrike: atm_strike,
    legs,
  }));
  return labelDay(inputs, rules);
}
