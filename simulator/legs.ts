import type { Leg } from '../shared/domain/market/snapshot.ts';
import { black76 } from './black76.ts';
import type { Moment } from './chain-moment.ts';
import type { ChainSession } from './chain-session.ts';
import { strikesQuoted } from './chain-session.ts';
import { halfSpread, quoteLeg, ticksToPrice } from './quotes.ts';
import { smileVolatility } from './smile.ts';

/** Implied volatility of calls rises and of puts falls by this much per unit of flow. */
const IV_PER_FLOW = 0.0005;
/** A quoted volatility moves with the last trade, within this bound, and is unknown where vega is gone. */
const MAX_IV_NOISE = 0.02;
const MIN_VEGA = 0.05;

/** All legs within the quoted ladder; the strikes beyond it trade on unseen. */
export function legsAt(session: ChainSession, moment: Moment, atmStrike: number): Leg[] {
  const { terms, strikes } = session;
  const legs: Leg[] = [];
  const reach = strikesQuoted(terms);
  const atmRow = Math.round((atmStrike - strikes[0]!) / terms.strikeStep);
  for (let row = 0; row < strikes.length; row++) {
    const strike = strikes[row]!;
    const z = Math.log(strike / moment.forward) / (moment.atm * Math.sqrt(moment.years));
    const volatility = smileVolatility(moment.atm, z);
    const quoted = Math.abs(row - atmRow) <= reach;
    for (const side of [0, 1] as const) {
      const leg = legAt(session, moment, row, side, z, volatility);
      if (quoted) legs.push(leg);
    }
  }
  return legs;
}

function legAt(
  session: ChainSession,
  moment: Moment,
  row: number,
  side: 0 | 1,
  z: number,
  smile: number,
): Leg {
  const index = row * 2 + side;
  const strike = session.strikes[row]!;
  const volatility = smile + (side === 0 ? IV_PER_FLOW : -IV_PER_FLOW) * moment.flow;
  const value = black76(moment.forward, strike, volatility, moment.years);
  const mid = side === 0 ? value.call : value.put;
  const quote = session.quotes[index]!;
  const traded = session.minuteLots[index]! > 0 || moment.minute === 0;
  quoteLeg(quote, mid, halfSpread(mid, z, moment.widening), moment.flow, side, traded, session.quoteRandom);
  const lot = session.terms.lotSize;
  const putFactor = side === 1 ? (session.drift.putOiFactor ?? 1) : 1;
  return {
    symbol: session.symbols[index]!,
    strike,
    option_type: side === 0 ? 'CE' : 'PE',
    ltp: ticksToPrice(quote.lastTicks),
    oi: Math.round(session.book.publishedLots[index]! * putFactor) * lot,
    volume: session.dayLots[index]! * lot,
    iv: quotedVolatilityPct(volatility, ticksToPrice(quote.lastTicks) - mid, value.vega),
    best_bid: ticksToPrice(quote.bidTicks),
    best_ask: ticksToPrice(quote.askTicks),
    bid_quantity: quote.bidLots * lot,
    ask_quantity: quote.askLots * lot,
  };
}

/** The volatility that the last trade implies, to first order; null where the price no longer depends on it. */
function quotedVolatilityPct(volatility: number, mispricing: number, vega: number): number | null {
  if (vega < MIN_VEGA) return null;
  const noise = Math.max(-MAX_IV_NOISE, Math.min(MAX_IV_NOISE, mispricing / vega));
  return Number((100 * Math.max(0.01, volatility + noise)).toFixed(2));
}
