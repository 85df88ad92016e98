import { MINUTE_MS } from '../market/indian-time.ts';
import { expiryMs } from '../market/moneyness.ts';
import type { ChainPoint, ContractAt, ContractSeries } from './contract-series.ts';
import { freshPrices } from './fresh-price.ts';
import { buyLot, type ExecutionPrices, executionPrices, sellLot, type TradeTerms } from './paper-trade.ts';
import type { SessionMinutes } from './session-minutes.ts';

/** What became of one option that was at the money at each row; null where it is not known. */
export interface OptionAhead {
  /** Change of its last price in rupees. */
  readonly ltpChange: (number | null)[];
  /** One lot of it bought at the row and sold at the horizon, in rupees after costs. */
  readonly pnl: (number | null)[];
}

interface Priced extends ExecutionPrices {
  readonly fresh: Float64Array;
}

/**
 * Follows the option that was at the money at each row (its own strike and expiry, wherever the market goes) to the
 * row ahead. Nothing is known past its expiry (15:30), or where it is missing or its price stale at either end.
 * Returns, for a type, a function of the rows ahead (`rowsAhead`).
 */
export function atTheMoney(
  rows: readonly ChainPoint[],
  contractAt: ContractAt,
  session: SessionMinutes,
  terms: TradeTerms,
): (optionType: 'CE' | 'PE') => (ahead: Int32Array) => OptionAhead {
  const priced = pricer(session, terms);
  return (optionType) => {
    const contracts = rows.map((row) => priced(contractAt(row.expiry, row.atmStrike, optionType)));
    const expiries = rows.map((row) => expiryMs(row.expiry) / MINUTE_MS);
    const bought = rows.map(({ expiry }, row) =>
      buyLot(contracts[row]?.buy[row] ?? Number.NaN, expiry, terms),
    );
    const follow = <T>(ahead: Int32Array, outcome: (option: Priced, row: number, to: number) => T) =>
      Array.from(ahead, (to, row): T | null => {
        const option = contracts[row];
        if (to < 0 || option === undefined || session.minutes[to]! > expiries[row]!) return null;
        return outcome(option, row, to);
      });
    return (ahead) => ({
      ltpChange: follow(ahead, ({ fresh }, row, to) => knownOrNull(fresh[to]! - fresh[row]!)),
      pnl: follow(ahead, ({ sell }, row, to) => {
        const purchase = bought[row];
        return purchase == null ? null : sellLot(purchase, sell[to]!, terms);
      }),
    });
  };
}

/** Prices of a contract, worked out once however many rows it is at the money in. */
function pricer({ minutes }: SessionMinutes, terms: TradeTerms) {
  const known = new Map<ContractSeries, Priced>();
  return (series: ContractSeries | undefined): Priced | undefined => {
    if (series === undefined) return undefined;
    const before = known.get(series);
    if (before !== undefined) return before;
    const fresh = freshPrices(series, minutes);
    const priced = { fresh, ...executionPrices(series, fresh, terms) };
    known.set(series, priced);
    return priced;
  };
}

function knownOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
