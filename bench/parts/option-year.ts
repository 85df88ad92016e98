import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import type { OptionSession, OptionSetting } from '../../shared/domain/backtest/option-setting.ts';
import { scoreColumns } from '../../shared/domain/backtest/score-columns.ts';
import { type SessionQuotes, sessionQuotes } from '../../shared/domain/backtest/session-quotes.ts';
import type { UnderlyingSession } from '../../shared/domain/backtest/simulate.ts';
import { sessionOf as hoursOf, tradingDays } from '../../shared/domain/market/calendar.ts';
import { nearestExpiry } from '../../shared/domain/market/contract.ts';
import { epochMs, minuteOfDay } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import type { Row } from '../peers/option-rows.ts';
import { sessionOf } from './market.ts';

/** Sessions that are simulated; the year repeats their prices under its own dates. */
const SIMULATED = 25;
const SESSIONS = 250;
const MINUTES = 375;
const AHEAD = 15;
const RIGHT = 0.75;

/** NSE's signals as the gate replays them: the default policy, one lot a trade. */
export function yearSetting(): OptionSetting {
  const edge = { payoff: 0, mostProbable: 0 };
  return {
    exchange: 'NSE',
    policy: { ...optionPolicy(), sizing: 'one_lot' },
    rules: exchangesRules().NSE_MONTHLY,
    limits: riskPolicy(),
    edges: { buy: edge, sell: edge },
  };
}

/** One session, laid out for each engine. */
export interface YearSession {
  readonly option: OptionSession;
  readonly underlying: UnderlyingSession;
  readonly rows: readonly Row[];
}

/** A year of NSE's minutes, of which a share has a signal, with the simulated chain that they trade. */
export function optionYear(seed: number, share: number): YearSession[] {
  const next = seededUniform(seed);
  const { rules } = yearSetting();
  const dates = tradingDays('2025-01-01', '2026-03-31', rules)
    .filter((date) => lengthOf(date) === MINUTES)
    .slice(0, SESSIONS);
  const chains = dates.slice(0, SIMULATED).map((date) => sessionOf('NSE_MONTHLY', date, seed));
  return dates.map((date, day) => {
    const chain = chains[day % SIMULATED]!;
    return sessionWith(date, chain, nearestExpiry(date, rules), (minute) => {
      const ahead = chain[Math.min(minute + AHEAD, chain.length - 1)]!;
      return signalOf(next, share, Math.sign(ahead.underlying_price - chain[minute]!.underlying_price));
    });
  });
}

function lengthOf(date: string): number {
  const session = hoursOf(date, yearSetting().rules);
  return session === null ? 0 : session.closeMinute - session.openMinute;
}

type Position = -1 | 0 | 1;

/** The direction of the minutes ahead, right more often than not: an account that is ruined has nothing to replay. */
function signalOf(next: () => number, share: number, ahead: number) {
  const isSignal = next() < share;
  const side = next() < RIGHT ? ahead : -ahead;
  const own = 0.5 + next() * 0.5;
  return { position: (isSignal ? side || 0 : 0) as Position, own };
}

function sessionWith(
  date: string,
  chain: readonly ChainSnapshot[],
  expiry: string,
  signal: (minute: number) => ReturnType<typeof signalOf>,
): YearSession {
  const quoted = chain.map((snapshot) => ({
    minute: minuteOfDay(epochMs(snapshot.timestamp)),
    atmStrike: snapshot.atm_strike,
    legs: snapshot.legs,
  }));
  const quotes = sessionQuotes(expiry, quoted)!;
  const scores = quoted.map(({ minute }, row) => {
    const { position, own } = signal(row);
    const [buy, sell] = position === -1 ? [1 - own, own] : [own, 1 - own];
    return { minute, position, sell, hold: 0, buy };
  });
  const columns = scoreColumns(scores);
  return {
    option: { date, scores: columns, quotes },
    underlying: {
      session: date,
      minute: columns.minute,
      position: columns.position,
      price: Float64Array.from(chain, (snapshot) => snapshot.underlying_price),
    },
    rows: rowsOf(date, expiry, quotes, columns),
  };
}

/** The same as row objects. */
function rowsOf(
  date: string,
  expiry: string,
  { minutes, atmStrike, strikes, calls, puts }: SessionQuotes,
  { position, confidence, winProbability }: OptionSession['scores'],
): Row[] {
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return Array.from(minutes, (minute, m) => ({
    date,
    minute,
    score: {
      position: position[m] as Position,
      confidence: confidence[m]!,
      winProbability: winProbability[m]!,
    },
    chain: {
      expiry,
      atm_strike: atmStrike[m]!,
      legs: [...strikes].flatMap((strike, s) =>
        ([calls, puts] as const).map(({ fresh, bid, ask }, side) => {
          const at = s * minutes.length + m;
          const option_type = side === 0 ? ('CE' as const) : ('PE' as const);
          return { strike, option_type, fresh: known(fresh[at]), bid: known(bid[at]), ask: known(ask[at]) };
        }),
      ),
    },
  }));
}
