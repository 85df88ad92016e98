import { NotFound } from '../../errors.ts';
import { lotSizeFor, nearestExpiry } from '../market/contract.ts';
import type { ExchangesRules } from '../market/exchange-rules.ts';
import { epochMs, sessionDate, utcIso } from '../market/indian-time.ts';
import type { ChainSnapshot, Exchange } from '../market/snapshot.ts';
import { contractDelta } from '../risk/contract-delta.ts';
import { type Closing, type Opening, oldest, type RiskFact } from '../risk/session-state.ts';
import type { Trade } from './trade.ts';

export interface BookingInput {
  /** Every report of one trade, in any order. */
  readonly reports: readonly Trade[];
  /** The chains that the contract may be of, the likeliest first, as they were seen before the entry's minute. */
  readonly chains: readonly ChainSnapshot[];
  /** The chain whose terms count where none of them has the contract. */
  readonly chain: Exchange;
  readonly rules: ExchangesRules;
}

/**
 * What a trade's reports say to the risk table: the first opening and the first closing. They say the same in whatever
 * order they came. Null for a trade that was only ever rejected.
 */
export function tradeFact(input: BookingInput): RiskFact | null {
  const opening = openingReport(input.reports);
  const closings = input.reports.filter(({ status }) => status === 'closed');
  const opened = opening === undefined ? null : openedBy(opening, input);
  const closed = closings.map(closedBy).reduce<Closing | null>(oldest, null);
  const at = opened?.at ?? closed?.at;
  const trade_id = input.reports[0]?.trade_id;
  if (at === undefined || trade_id === undefined) return null;
  return { kind: 'trade', date: sessionDate(epochMs(at)), trade: { trade_id, opened, closed, result: null } };
}

/** The first report that a trade was executed. */
export function openingReport(reports: readonly Trade[]): Trade | undefined {
  return reports
    .filter(({ status }) => status === 'executed')
    .toSorted((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp))[0];
}

/** The exchange whose underlying a symbol names. Example: `BANKNIFTY26JAN60000CE` is of BANKNIFTY_MONTHLY. */
export function exchangeOfSymbol(symbol: string | null): Exchange | null {
  if (symbol === null) return null;
  if (symbol.startsWith('SENSEX')) return 'BSE';
  if (symbol.startsWith('BANKNIFTY')) return 'BANKNIFTY_MONTHLY';
  return symbol.startsWith('NIFTY') ? 'NSE' : null;
}

function openedBy(report: Trade, input: BookingInput): Opening | null {
  const { symbol, side, quantity_lots, price, timestamp, recommendation_id } = report;
  if (symbol === null || side === null || quantity_lots === null) return null;
  const chain = input.chains.find(({ legs }) => legs.some((leg) => leg.symbol === symbol));
  const found = chain === undefined ? null : contractDelta(chain, symbol);
  return {
    at: utcIso(epochMs(timestamp)),
    ...{ symbol, side, lots: quantity_lots, units: quantity_lots * lotSize(chain, report, input) },
    price_rupees: price ?? 0,
    delta: found?.delta ?? null,
    underlying: found?.underlying ?? chain?.underlying_price ?? null,
    recommendation_id,
  };
}

/** Of the contract's own expiry; of the nearest one of the exchange where no chain has it; 1 where nobody knows. */
function lotSize(
  chain: ChainSnapshot | undefined,
  { timestamp }: Trade,
  { rules, chain: likely }: BookingInput,
): number {
  const terms = rules[chain?.exchange ?? likely];
  try {
    return lotSizeFor(chain?.expiry ?? nearestExpiry(sessionDate(epochMs(timestamp)), terms), terms);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return 1;
  }
}

function closedBy({ timestamp, pnl, price }: Trade): Closing {
  return { at: utcIso(epochMs(timestamp)), price_rupees: price, pnl_rupees: pnl };
}
