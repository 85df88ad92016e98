import type { DaySummary } from '../day-summary.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';

const YEAR_SESSIONS = 252;
const MONTH_SESSIONS = 20;
const LEAST_RETURNS = 10;
const LEAST_RANKED = 20;

/** What earlier sessions say of now: nights apart, and where today's volatility stands in the last year's. */
export const DAYS = featureGroup(
  {
    return_since_prior_close_pct: of(
      'pct',
      '100 x ln(underlying price / last price of the session before)',
      'NaN unless the summary is of the session before',
    ),
    realised_vol_20d_pct: of(
      'pct/year',
      'root mean square of the last 20 log returns from close to close x root 252',
      'NaN with fewer than 10 returns',
    ),
    overnight_vol_20d_pct: of(
      'pct/year',
      'root mean square of the last 20 log returns from close to next open x root 252',
      'NaN with fewer than 10 returns',
    ),
    atm_iv_rank: {
      ...of(
        'frac',
        '(at-the-money IV - lowest) / (highest - lowest) of the closing ones of up to 250 sessions',
        'NaN without IV now, or with fewer than 20 closing ones',
      ),
      source: 'legs; day summaries',
    },
    vol_risk_premium_20d: {
      ...of(
        'pct points',
        'atm_iv_pct - realised_vol_20d_pct: both a year, both in percent, both with nights',
        'NaN when one is',
      ),
      source: 'legs; day summaries',
    },
  },
  ({ window, price, smile }: ChainContext) => {
    const { priorDays, previousDate } = window;
    const last = priorDays.at(-1);
    const recent = priorDays.slice(-MONTH_SESSIONS - 1);
    const realised = yearlyPct(
      pairsOf(recent, (before, day) => day.closeUnderlying / before.closeUnderlying),
    );
    return {
      return_since_prior_close_pct:
        last !== undefined && last.date === previousDate
          ? 100 * Math.log(price / last.closeUnderlying)
          : Number.NaN,
      realised_vol_20d_pct: realised,
      overnight_vol_20d_pct: yearlyPct(
        pairsOf(recent, (before, day) => day.openUnderlying / before.closeUnderlying),
      ),
      atm_iv_rank: rankOf(smile.atmVolatility, priorDays),
      vol_risk_premium_20d: 100 * smile.atmVolatility - realised,
    };
  },
);

function of(unit: string, formula: string, missing: string): Described {
  return {
    unit,
    formula,
    source: 'underlying_price; day summaries (before the window)',
    lookBackMinutes: 0,
    missing,
  };
}

function pairsOf(
  days: readonly DaySummary[],
  ratio: (before: DaySummary, day: DaySummary) => number,
): number[] {
  return days.slice(1).map((day, index) => ratio(days[index]!, day));
}

function yearlyPct(ratios: readonly number[]): number {
  if (ratios.length < LEAST_RETURNS) return Number.NaN;
  const squares = ratios.reduce((sum, ratio) => sum + Math.log(ratio) ** 2, 0);
  return 100 * Math.sqrt((squares / ratios.length) * YEAR_SESSIONS);
}

function rankOf(volatility: number, days: readonly DaySummary[]): number {
  let [low, high, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { closeAtmIv } of days) {
    if (closeAtmIv === null) continue;
    low = Math.min(low, closeAtmIv);
    high = Math.max(high, closeAtmIv);
    count += 1;
  }
  return count < LEAST_RANKED ? Number.NaN : (volatility - low) / (high - low);
}
