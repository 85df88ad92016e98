import type { StoredTrade } from '../../shared/domain/audit/trade.ts';
import { indianTime } from '../indian-clock.ts';
import { faint, strong, warns } from '../ink.ts';
import { afterwards } from '../outcomes/afterwards.ts';
import type { Trail } from '../trail.ts';
import { signedRupees } from './number-words.ts';

/** What became of an answer: each report of its trades by time, then their marks, each horizon and what operators said. */
export function storyPart(trail: Trail): string[] {
  const reports = trail.trades.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const followed = afterwards(trail).map((line) => `  ${line}`);
  const nothing = reports.length + followed.length === 0;
  return [
    strong('What became of it'),
    ...(nothing ? [faint('  no trade was reported, and no horizon has passed yet')] : []),
    ...reports.map(tradeLine),
    ...followed,
    '',
  ];
}

function tradeLine(trade: StoredTrade): string {
  const { status, trade_id, timestamp, reason, price, pnl } = trade;
  const when = `  ${indianTime(timestamp)}  trade ${trade_id}`;
  const why = reason === null ? '' : `: ${reason}`;
  if (status === 'rejected') return warns(`${when} rejected${why}`);
  const at = price === null ? '' : ` at ${price.toFixed(2)}`;
  if (status === 'executed') return `${when} ${openingWords(trade)}${at}${why}`;
  const claim = pnl === null ? '' : `, claimed ${signedRupees(pnl)} rupees`;
  return `${when} closed${at}${why}${claim}`;
}

function openingWords({ side, quantity_lots, symbol }: StoredTrade): string {
  return `${side === 'SELL' ? 'sold' : 'bought'} ${quantity_lots} x ${symbol}`;
}
