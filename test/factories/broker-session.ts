import type { Row } from '../../bench/peers/option-rows.ts';
import type { OptionSetting } from '../../shared/domain/backtest/option-setting.ts';
import { optionTerms } from '../../shared/domain/backtest/option-terms.ts';
import type { Order } from '../../shared/domain/broker/order.ts';
import { buyPrice } from '../../shared/domain/labels/paper-trade.ts';
import { istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Leg, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { tradedStrike } from '../../shared/domain/market/traded-strike.ts';
import { kelly } from '../../shared/domain/risk/kelly.ts';
import { recommendedLots } from '../../shared/domain/risk/lots.ts';
import { riskPerLotRupees } from '../../shared/domain/risk/risk-per-lot.ts';
import { aSnapshot } from './snapshot.ts';

/** The broker has an order so long after the minute it was made on, and snapshots are recorded in between. */
export const PLACED_AFTER_MS = 1000;
const RECORDED_AFTER_MS = 400;

/** The chain of a session's rows as it is posted: one snapshot a minute, at its beginning. */
export function snapshotsOfRows(rows: readonly Row[]): StoredSnapshot[] {
  return rows.flatMap(({ date, minute, chain }, at) => {
    if (chain === null) return [];
    const timestamp = istMs(date, minute);
    const base = aSnapshot({
      exchange: 'NSE_MONTHLY',
      timestamp: utcIso(timestamp),
      expiry: chain.expiry,
      atm_strike: chain.atm_strike,
    });
    const legs = chain.legs.map((leg): Leg => {
      const { strike, option_type, fresh, bid, ask } = leg;
      const symbol = symbolOf(chain.expiry, strike, option_type);
      // A volume that rises keeps every last price fresh.
      const nothing = { oi: null, iv: null, bid_quantity: null, ask_quantity: null };
      return {
        ...nothing,
        symbol,
        strike,
        option_type,
        ltp: fresh,
        volume: 1 + at,
        best_bid: bid,
        best_ask: ask,
      };
    });
    const recorded_at = utcIso(timestamp + RECORDED_AFTER_MS);
    return [{ ...base, legs, recorded_at, received_at: recorded_at, snapshot_id: '0'.repeat(32) }];
  });
}

function symbolOf(expiry: string, strike: number, optionType: string): string {
  return `NIFTY-${expiry}-${strike}${optionType}`;
}

/** The executable answers to a session's scores: contract and lots by the rules that the replay chooses them by. */
export function ordersOfRows(rows: readonly Row[], setting: OptionSetting): Order[] {
  return rows.flatMap((row, at) => {
    const order = orderOfRow(rows.slice(0, at + 1), setting, `${row.date}-${row.minute}`);
    return order === null ? [] : [order];
  });
}

function orderOfRow(known: readonly Row[], setting: OptionSetting, id: string): Order | null {
  const { policy, limits, rules, edges, exchange } = setting;
  const { date, minute, score } = known.at(-1)!;
  const seen = known.findLast(({ chain }) => chain !== null);
  if (score === null || score.position === 0 || seen === undefined || seen.chain === null) return null;
  const choice = policy.contracts[exchange];
  const terms = optionTerms(date, seen.chain.expiry, rules, policy);
  if (terms === null || (minute - seen.minute) * 60 > choice.max_age_seconds) return null;
  const optionType = score.position === 1 ? 'CE' : 'PE';
  const price = (leg: { bid: number | null; ask: number | null; fresh: number | null }) =>
    buyPrice(leg.bid ?? Number.NaN, leg.ask ?? Number.NaN, leg.fresh ?? Number.NaN, terms);
  const legs = seen.chain.legs.filter((leg) => leg.option_type === optionType && price(leg) > 0);
  const strike = tradedStrike(
    legs.map((leg) => leg.strike),
    {
      optionType,
      atmStrike: seen.chain.atm_strike,
      step: terms.step,
      strikesInTheMoney: choice.strikes_in_the_money,
    },
  );
  const leg = legs.find((one) => one.strike === strike);
  if (leg === undefined) return null;
  const { payoff, mostProbable } = score.position === 1 ? edges.buy : edges.sell;
  const { staked } = kelly({
    probability: Math.min(score.winProbability, mostProbable),
    payoff,
    ...limits.kelly,
  });
  const risk = { premiumRupees: price(leg), stopRupees: policy.stop_rupees, units: terms.units };
  const lots =
    policy.sizing === 'one_lot'
      ? 1
      : recommendedLots({
          fraction: staked,
          accountRupees: limits.account_rupees,
          riskPerLotRupees: riskPerLotRupees(risk),
          maxLots: limits.max_lots,
        });
  if (lots < 1) return null;
  return {
    recommendation_id: id,
    exchange,
    date,
    symbol: symbolOf(seen.chain.expiry, leg.strike, optionType),
    lots,
    confidence: score.confidence,
    minute,
    placed_ms: istMs(date, minute) + PLACED_AFTER_MS,
  };
}
