import type { ContractChoice } from '../market/contract-policy.ts';
import { epochMs } from '../market/indian-time.ts';
import type { ChainSnapshot, Leg } from '../market/snapshot.ts';
import { tradedStrike } from '../market/traded-strike.ts';
import type { Action } from './recommendation.ts';

export interface Contract {
  readonly symbol: string;
  /** Last traded price, rupees a unit. */
  readonly premiumRupees: number;
  readonly expiry: string;
}

/** The chain that a signal trades, as it was last seen, and its terms. */
export interface TradedChain {
  readonly snapshot: ChainSnapshot;
  /** Index points between neighbouring strikes on the day. */
  readonly strikeStep: number;
  /** Units in one lot of its contract. */
  readonly lotSize: number;
}

/**
 * The option that an action buys, from the latest snapshot of the chain that the policy names: a call for BUY, a put
 * for SELL, at the strike that `tradedStrike` finds among those with a traded price. Null on HOLD, for a chain that is
 * missing, another one or too old, and when no such strike is listed: then nothing is traded in its place.
 * Example: BUY, at the money, ATM strike 26050 gives `NIFTY25D0926050CE`.
 */
export function chooseContract(
  action: Action,
  chain: Pick<TradedChain, 'snapshot' | 'strikeStep'> | null,
  choice: ContractChoice,
  nowMs: number,
): Contract | null {
  if (action === 'HOLD' || chain === null || chain.snapshot.exchange !== choice.chain) return null;
  const { timestamp, expiry, atm_strike, legs } = chain.snapshot;
  if (nowMs - epochMs(timestamp) > choice.max_age_seconds * 1000) return null;
  const optionType = action === 'BUY' ? 'CE' : 'PE';
  const buyable = legs.filter((leg): leg is Priced => leg.option_type === optionType && (leg.ltp ?? 0) > 0);
  const strike = tradedStrike(
    buyable.map((leg) => leg.strike),
    {
      optionType,
      atmStrike: atm_strike,
      step: chain.strikeStep,
      strikesInTheMoney: choice.strikes_in_the_money,
    },
  );
  const leg = buyable.find((one) => one.strike === strike);
  return leg === undefined ? null : { symbol: leg.symbol, premiumRupees: leg.ltp, expiry };
}

type Priced = Leg & { readonly ltp: number };
