import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { BRIDGED_MINUTES, placeBefore } from './look-back.ts';
import {
  annualisedPct,
  jumpShare,
  logReturn,
  rangeVarianceAMinute,
  realisedVarianceAMinute,
  realisedVolatilityPct,
} from './realised.ts';

const TOO_FEW = 'NaN with fewer than 10 returns or half of the time covered';

/** Movement of the underlying within the session, by the clock. */
export const PRICE = featureGroup(
  {
    return_3m_bps: returnOver(3),
    return_5m_bps: returnOver(5),
    return_15m_bps: returnOver(15),
    return_30m_bps: returnOver(30),
    return_15m_sigma: of(
      'sigma',
      'log return of 15 minutes / (deviation a minute over 60 minutes x root 15)',
      60,
      TOO_FEW,
    ),
    realised_vol_30m_pct: of(
      'pct/year',
      'root of (sum of squared log returns / minutes, 30 minutes) x root (252 x 375)',
      30,
      TOO_FEW,
    ),
    realised_vol_60m_pct: of(
      'pct/year',
      'root of (sum of squared log returns / minutes, 60 minutes) x root (252 x 375)',
      60,
      TOO_FEW,
    ),
    range_vol_60m_pct: {
      ...of(
        'pct/year',
        'root of mean (ln(high / low)^2 / (4 ln 2) / 5) of 5-minute blocks, x root (252 x 375)',
        60,
        'NaN with fewer than 6 blocks of 4 prices',
      ),
      source: 'underlying_price; Parkinson (1980)',
    },
    jump_share_60m: {
      ...of(
        '0..1',
        '1 - bipower variation / realised variance of one-minute returns',
        60,
        'NaN with fewer than 10 pairs of neighbouring returns, or a price that mostly stands',
      ),
      source: 'underlying_price; Barndorff-Nielsen and Shephard (2004)',
    },
    range_position_60m: of('0..1', '(price - low) / (high - low) of 60 minutes', 60, 'NaN without a range'),
    path_efficiency_30m: {
      ...of('-1..1', 'change over 30 minutes / sum of the sizes of its steps', 30 + BRIDGED_MINUTES),
      source: 'underlying_price; Kaufman (1995)',
    },
  },
  (context: ChainContext) => {
    const { window, ago } = context;
    const now = ago.length - 1;
    const returnBefore = (minutes: number) => {
      const place = placeBefore(ago, minutes);
      return place < 0 ? Number.NaN : logReturn(window, place, now);
    };
    const varianceAMinute = realisedVarianceAMinute(context, 60);
    return {
      return_3m_bps: 1e4 * returnBefore(3),
      return_5m_bps: 1e4 * returnBefore(5),
      return_15m_bps: 1e4 * returnBefore(15),
      return_30m_bps: 1e4 * returnBefore(30),
      return_15m_sigma: returnBefore(15) / Math.sqrt(15 * varianceAMinute),
      realised_vol_30m_pct: realisedVolatilityPct(context, 30),
      realised_vol_60m_pct: annualisedPct(varianceAMinute),
      range_vol_60m_pct: annualisedPct(rangeVarianceAMinute(context, 60)),
      jump_share_60m: jumpShare(context, 60),
      range_position_60m: rangePosition(context),
      path_efficiency_30m: pathEfficiency(context, placeBefore(ago, 30)),
    };
  },
);

function of(
  unit: string,
  formula: string,
  lookBackMinutes: number,
  missing = 'NaN when that minute and the two before it are lost',
): Described {
  return { unit, formula, source: 'underlying_price', lookBackMinutes, missing };
}

function returnOver(minutes: number): Described {
  return of(
    'bps',
    `1e4 x ln(price / price ${minutes} minutes earlier by the clock)`,
    minutes + BRIDGED_MINUTES,
  );
}

function rangePosition({ window: { snapshots }, price, ago }: ChainContext): number {
  let [high, low] = [price, price];
  for (let at = ago.length - 1; at >= 0 && ago[at]! <= 60; at -= 1) {
    high = Math.max(high, snapshots[at]!.underlying_price);
    low = Math.min(low, snapshots[at]!.underlying_price);
  }
  return (price - low) / (high - low);
}

function pathEfficiency({ window: { snapshots }, price }: ChainContext, from: number): number {
  if (from < 0) return Number.NaN;
  let path = 0;
  for (let at = from + 1; at < snapshots.length; at += 1) {
    path += Math.abs(snapshots[at]!.underlying_price - snapshots[at - 1]!.underlying_price);
  }
  return (price - snapshots[from]!.underlying_price) / path;
}
