import { epochMs } from '../market/indian-time.ts';
import { expiryMs } from '../market/moneyness.ts';
import type { ChainSnapshot } from '../market/snapshot.ts';
import { greeks } from '../market/volatility/greeks.ts';
import { impliedVolatility } from '../market/volatility/implied-volatility.ts';
import { legPrice, parityForward } from '../market/volatility/parity-forward.ts';

const YEAR_MS = 365 * 86_400_000;

export interface ContractDelta {
  /** By the forward, the sign of a bought contract: 0 .. 1 for a call, -1 .. 0 for a put. */
  readonly delta: number;
  /** Spot in index points. */
  readonly underlying: number;
}

type Chain = Pick<ChainSnapshot, 'timestamp' | 'expiry' | 'underlying_price' | 'legs'> &
  Partial<Pick<ChainSnapshot, 'future_price'>>;

/**
 * Delta of one unit of a bought contract under Black's model (1976), undiscounted: on the forward of put-call parity,
 * else the future, else the spot; at the leg's recorded volatility, else the one its price implies; calendar time to
 * 15:30 IST of the expiry. Null when the chain has no such leg, or no volatility can be had.
 * Example: an at-the-money call a week before expiry at 12 % is about 0.503.
 */
export function contractDelta(chain: Chain, symbol: string): ContractDelta | null {
  const leg = chain.legs.find((one) => one.symbol === symbol);
  if (leg === undefined) return null;
  const { strike, option_type: optionType, iv } = leg;
  const years = Math.max(0, expiryMs(chain.expiry) - epochMs(chain.timestamp)) / YEAR_MS;
  const option = { optionType, forward: forwardOf(chain), strike, years };
  const volatility = iv !== null && iv > 0 ? iv / 100 : impliedVolatility(option, legPrice(leg));
  const found = greeks(option, volatility);
  return typeof found === 'string' ? null : { delta: found.delta, underlying: chain.underlying_price };
}

/** The future of another month than the options' is further off than the spot's own carry: parity comes first. */
function forwardOf({ legs, future_price, underlying_price }: Chain): number {
  const parity = parityForward(legs);
  if (parity !== 'no_forward') return parity.forward;
  return future_price !== null && future_price !== undefined && future_price > 0
    ? future_price
    : underlying_price;
}
