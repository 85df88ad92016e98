import type { ContractSeries } from './contract-series.ts';

/** A last price is stale once the contract has not been seen to trade for longer than this. */
export const FRESH_MINUTES = 3;

/**
 * The contract's last price at each row while it is fresh: within three minutes its price or its volume of the day
 * was seen to change, or it was seen for the first time that session. NaN where it is stale, missing or 0.
 * Looks at rows up to the given one only.
 */
export function freshPrices({ ltp, volume }: ContractSeries, minutes: Float64Array): Float64Array {
  let traded = Number.NaN;
  let [lastPrice, lastVolume] = [Number.NaN, Number.NaN];
  return ltp.map((price, row) => {
    if (!(price > 0)) return Number.NaN;
    if (price !== lastPrice || volume[row]! > lastVolume) traded = minutes[row]!;
    lastPrice = price;
    if (!Number.isNaN(volume[row]!)) lastVolume = volume[row]!;
    return minutes[row]! - traded <= FRESH_MINUTES ? price : Number.NaN;
  });
}
