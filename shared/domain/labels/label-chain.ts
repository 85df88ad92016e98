import { featureUid } from '../features/feature-set.ts';
import type { ChainDaySnapshot } from '../lake/chain-rows.ts';
import { countedOf, pricedMinutesOfDay } from '../lake/compaction.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { epochMs, sessionDate } from '../market/indian-time.ts';
import type { QualityPolicy } from '../market/quality/quality-policy.ts';
import { qualityTerms } from '../market/quality/terms.ts';
import { blockedIn } from './blocked-minutes.ts';
import { labelDay } from './label-day.ts';
import { type LabelRow, unlabelled } from './label-row.ts';

/** What the labels of a day are made by. */
export interface LabelRules {
  readonly rules: ExchangeRules;
  readonly quality: QualityPolicy;
}

/**
 * The labels of a compacted day of one exchange: one row per minute that has prices, by rising time, each under the uid
 * that the feature set gives its row. A minute whose snapshot carries a blocking quality flag is as a minute without a
 * row to all labels, and its own are null. Throws as `labelDay` and `qualityTerms` do. An empty chain gives no rows.
 */
export function labelChain(
  chain: readonly ChainDaySnapshot[],
  { rules, quality }: LabelRules,
  featureSetId: string,
): LabelRow[] {
  const minutes = pricedMinutesOfDay([...chain]);
  const first = minutes[0];
  if (first === undefined) return [];
  const terms = qualityTerms(sessionDate(epochMs(first.timestamp)), rules);
  const isBlocked = blockedIn(countedOf([...chain]), { terms, policy: quality });
  const rows = minutes.map((snapshot) => ({
    isBlocked: isBlocked(snapshot),
    uid: featureUid(snapshot.exchange, snapshot.timestamp, featureSetId),
    timestampMs: epochMs(snapshot.timestamp),
    underlyingPrice: snapshot.underlying_price,
    expiry: snapshot.expiry,
    atmStrike: snapshot.atm_strike,
    legs: snapshot.legs,
  }));
  const observed = rows.filter((row) => !row.isBlocked);
  const labels = new Map(labelDay(observed, rules).map((label) => [label.uid, label]));
  return rows.map(({ uid, timestampMs }) => labels.get(uid) ?? unlabelled(uid, timestampMs));
}
