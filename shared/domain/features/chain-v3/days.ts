import type { DaySummary } from '../day-summary.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';

const YEAR_SESSIONS = 252;
const MONTH_SESSIONS = 20;
const LEAST_MOVES = 10;
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
    session_vol_20d_pct: of(
      'pct/year',
      "root mean square of the last 20 sessions' volatilities (one-minute returns, no night) x root 252",
      'NaN with fewer than 10 sessions',
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
  ({ window: { priorDays, previousDate }, price, smile }: ChainContext) => {
    const { last, realised, session, overnight, lowest, highest } = statisticsOf(priorDays);
    const isBefore = last !== undefined && last.date === previousDate;
    return {
      return_since_prior_close_pct: isBefore ? 100 * Math.log(price / last.closeUnderlying) : Number.NaN,
      realised_vol_20d_pct: realised,
      session_vol_20d_pct: session,
      overnight_vol_20d_pct: overnight,
      atm_iv_rank: (smile.atmVolatility - lowest) / (highest - lowest),
      vol_risk_premium_20d: 100 * smile.atmVolatility - realised,
    };
  },
);

interface DayStatistics {
  readonly last: DaySummary | undefined;
  /** Percent a year; NaN with too few returns. */
  readonly realised: number;
  readonly session: number;
  readonly overnight: number;
  /** Closing volatilities, fractions; NaN with too few. */
  readonly lowest: number;
  readonly highest: number;
}

const STATISTICS = new WeakMap<readonly DaySummary[], DayStatistics>();

/** What all windows of a day share. Remembered for the list of days, which must not be changed afterwards. */
function statisticsOf(days: readonly DaySummary[]): DayStatistics {
  const known = STATISTICS.get(days);
  if (known !== undefined) return known;
  const recent = days.slice(-MONTH_SESSIONS - 1);
  const closing = days.flatMap(({ closeAtmIv }) => closeAtmIv ?? []);
  const ranked = closing.length >= LEAST_RANKED ? closing : [Number.NaN];
  const statistics = {
    last: days.at(-1),
    realised: yearlyPct(
      pairsOf(recent, (before, day) => Math.log(day.closeUnderlying / before.closeUnderlying)),
    ),
    session: yearlyPct(days.slice(-MONTH_SESSIONS).flatMap(({ dailyVolatility }) => dailyVolatility ?? [])),
    overnight: yearlyPct(
      pairsOf(recent, (before, day) => Math.log(day.openUnderlying / before.closeUnderlying)),
    ),
    lowest: Math.min(...ranked),
    highest: Math.max(...ranked),
  };
  STATISTICS.set(days, statistics);
  return statistics;
}

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
  logReturn: (before: DaySummary, day: DaySummary) => number,
): number[] {
  return days.slice(1).map((day, index) => logReturn(days[index]!, day));
}

/** The root mean square of moves, one a session, in percent a year. */
function yearlyPct(moves: readonly number[]): number {
  if (moves.length < LEAST_MOVES) return Number.NaN;
  const squares = moves.reduce((sum, move) => sum + move ** 2, 0);
  return 100 * Math.sqrt((squares / moves.length) * YEAR_SESSIONS);
}
