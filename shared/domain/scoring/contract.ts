import type { ContractChoice } from '../market/contract-policy.ts';
import { epochMs } from '../market/indian-time.ts';
import type { ChainSnapshot, Leg } from '../market/snapshot.ts';
import type { Action } from './recommendation.ts';

export interface Contract {
  readonly symbol: string;
  /** Last traded price, rupees a unit. */
  readonly premiumRupees: number;
  readonly expiry: string;
}

/**
 * The option that an action buys, from the latest snapshot of the chain that the policy names: a call for BUY, a put
 * for SELL, so many listed strikes into the money. Null on HOLD, for a snapshot that is missing, of another chain or
 * too old, and when that leg is not listed or has no traded price.
 * Example: BUY, at the money, ATM strike 26050 gives `NIFTY25D0926050CE`.
 */
export function chooseContract(
  action: Action,
  snapshot: ChainSnapshot | null,
  choice: ContractChoice,
  nowMs: number,
): Contract | null {
  if (action === 'HOLD' || snapshot === null || snapshot.exchange !== choice.chain) return null;
  if (nowMs - epochMs(snapshot.timestamp) > choice.max_age_seconds * 1000) return null;
  const leg = legAt(snapshot, action === 'BUY' ? 'CE' : 'PE', choice.strikes_in_the_money);
  if (leg === undefined || leg.ltp === null || leg.ltp === 0) return null;
  return { symbol: leg.symbol, premiumRupees: leg.ltp, expiry: snapshot.expiry };
}

function legAt(snapshot: ChainSnapshot, type: Leg['option_type'], inTheMoney: number): Leg | undefined {
  const ladder = snapshot.legs
    .filter((leg) => leg.option_type === type)
    .toSorted((a, b) => a.strike - b.strike);
  const atTheMoney = ladder.findIndex((leg) => leg.strike === snapshot.atm_strike);
  if (atTheMoney < 0) return undefined;
  const index = atTheMoney + (type === 'CE' ? -inTheMoney : inTheMoney);
  return index < 0 ? undefined : ladder[index];
}
