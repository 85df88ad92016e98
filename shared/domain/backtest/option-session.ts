import { tradedStrike } from '../market/traded-strike.ts';
import { kelly } from '../risk/kelly.ts';
import { recommendedLots } from '../risk/lots.ts';
import { riskPerLotRupees } from '../risk/risk-per-lot.ts';
import { type OptionBook, optionBook } from './option-book.ts';
import { boughtAt, boundRupees, fillOf, givenUpAfter, resultOf, whyNotNow } from './option-entry.ts';
import { exitOf } from './option-exit.ts';
import type { OptionSession, OptionSetting } from './option-setting.ts';
import { type OptionTerms, optionTerms } from './option-terms.ts';
import type { OptionTrade, SkipReason } from './option-trade.ts';
import type { ScoreColumns } from './score-columns.ts';
import type { LegPrices, SessionQuotes } from './session-quotes.ts';

/** What all signals of a session share. */
interface Floor {
  readonly date: string;
  readonly setting: OptionSetting;
  readonly terms: OptionTerms;
  readonly quotes: SessionQuotes;
}

/** A signal, and the latest observation of the chain at or before it (-1 before the first). */
interface Signal {
  readonly minute: number;
  readonly direction: -1 | 1;
  readonly confidence: number;
  readonly winProbability: number;
  readonly seen: number;
}

/** A contract by where its prices stand. */
interface Contract {
  readonly strike: number;
  readonly legs: LegPrices;
  readonly offset: number;
}

/** Replays one session that begins with so much equity. Trades are in the order of their entries. */
export function replaySession(
  session: OptionSession,
  setting: OptionSetting,
  equityRupees: number,
  skip: (reason: SkipReason, count: number) => void,
): OptionTrade[] {
  const { date, scores, quotes } = session;
  if (quotes === null) return skipAll(scores, 'no_contract', skip);
  const terms = optionTerms(date, quotes.expiry, setting.rules, setting.policy);
  if (terms === null) return skipAll(scores, 'unknown_terms', skip);
  const floor = { date, setting, terms, quotes };
  const book = optionBook(equityRupees, setting.limits);
  const trades: OptionTrade[] = [];
  let seen = -1;
  for (let row = 0; row < scores.minute.length; row++) {
    const direction = scores.position[row] as -1 | 0 | 1;
    if (direction === 0) continue;
    const minute = scores.minute[row]!;
    while (seen + 1 < quotes.minutes.length && quotes.minutes[seen + 1]! <= minute) seen++;
    book.advance(minute);
    const confidence = scores.confidence[row]!;
    const winProbability = scores.winProbability[row]!;
    const answer = answerTo({ minute, direction, confidence, winProbability, seen }, floor, book);
    if (typeof answer === 'string') skip(answer, 1);
    else trades.push(answer);
  }
  return trades;
}

function skipAll(
  { position }: ScoreColumns,
  reason: SkipReason,
  skip: (reason: SkipReason, count: number) => void,
): OptionTrade[] {
  skip(
    reason,
    position.reduce((sum, value) => sum + Math.abs(value), 0),
  );
  return [];
}

function answerTo(signal: Signal, floor: Floor, book: OptionBook): OptionTrade | SkipReason {
  const { policy, limits } = floor.setting;
  const closed = whyNotNow(signal, policy, floor.terms, book);
  if (closed !== null) return closed;
  const staked = stakeOf(signal, floor.setting);
  if (!(staked > 0)) return 'no_edge';
  const contract = contractOf(signal, floor);
  if (contract === null) return 'no_contract';
  const premiumRupees = boughtAt(contract.legs, contract.offset + signal.seen, floor.terms);
  const lots =
    policy.sizing === 'one_lot'
      ? 1
      : recommendedLots({
          fraction: staked,
          accountRupees: limits.account_rupees,
          riskPerLotRupees: riskPerLotRupees({
            premiumRupees,
            stopRupees: policy.stop_rupees,
            units: floor.terms.units,
          }),
          maxLots: limits.max_lots,
        });
  return lots === 0 ? 'no_lots' : enter(signal, contract, lots, floor, book);
}

/** Fraction of the account that a signal may lose. */
function stakeOf({ direction, winProbability }: Signal, { policy, limits, edges }: OptionSetting): number {
  if (policy.sizing === 'one_lot') return 1;
  const { payoff, mostProbable } = direction === 1 ? edges.buy : edges.sell;
  return kelly({ probability: Math.min(winProbability, mostProbable), payoff, ...limits.kelly }).staked;
}

/** The contract that the policy buys, of those with a price in the chain as it was seen; null when there is none. */
function contractOf({ minute, direction, seen }: Signal, floor: Floor): Contract | null {
  const { setting, terms, quotes } = floor;
  const choice = setting.policy.contracts[setting.exchange];
  if (seen < 0 || (minute - quotes.minutes[seen]!) * 60 > choice.max_age_seconds) return null;
  const legs = direction === 1 ? quotes.calls : quotes.puts;
  const { strikes, minutes } = quotes;
  const buyable: number[] = [];
  for (let index = 0; index < strikes.length; index++) {
    if (boughtAt(legs, index * minutes.length + seen, terms) > 0) buyable.push(strikes[index]!);
  }
  const strike = tradedStrike(buyable, {
    optionType: direction === 1 ? 'CE' : 'PE',
    atmStrike: quotes.atmStrike[seen]!,
    step: terms.step,
    strikesInTheMoney: choice.strikes_in_the_money,
  });
  if (strike === undefined) return null;
  return { strike, legs, offset: strikes.indexOf(strike) * minutes.length };
}

/** Buys at the observation after the signal's, as many of the lots as the account can pay. */
function enter(
  signal: Signal,
  contract: Contract,
  wantedLots: number,
  floor: Floor,
  book: OptionBook,
): OptionTrade | SkipReason {
  const { setting, terms, quotes } = floor;
  const at = signal.seen + 1;
  const minute = quotes.minutes[at] ?? Number.POSITIVE_INFINITY;
  const givenUp = givenUpAfter(signal.minute, setting.policy.contracts[setting.exchange].max_age_seconds);
  book.order(Math.min(minute, givenUp));
  const met = { minute, boughtAt: boughtAt(contract.legs, contract.offset + at, terms) };
  const filled = fillOf(
    { lots: wantedLots, givenUp, freeRupees: book.freeRupees },
    met,
    terms,
    setting.policy,
  );
  if (typeof filled === 'string') return filled;
  const trade = settle(signal, contract, { at, minute, ...filled }, floor);
  book.enter(trade, boundRupees(filled, terms));
  return trade;
}

interface Fill {
  readonly at: number;
  readonly minute: number;
  readonly price: number;
  readonly lots: number;
}

function settle(signal: Signal, contract: Contract, fill: Fill, floor: Floor): OptionTrade {
  const { date, setting, terms, quotes } = floor;
  const entered = { offset: contract.offset, at: fill.at, price: fill.price };
  const exit = exitOf(entered, quotes, contract.legs, terms, setting.policy);
  const { units, costRupees, pnlRupees } = resultOf(fill, exit.price, terms);
  return {
    session: date,
    direction: signal.direction,
    expiry: quotes.expiry,
    strike: contract.strike,
    option_type: signal.direction === 1 ? 'CE' : 'PE',
    lots: fill.lots,
    units,
    signal_minute: signal.minute,
    entry_minute: fill.minute,
    exit_minute: exit.minute,
    entry_price: fill.price,
    exit_price: exit.price,
    exit_reason: exit.reason,
    pnl_rupees: pnlRupees,
    cost_rupees: costRupees,
  };
}
