import type { StoredTrade } from '../../shared/domain/audit/trade.ts';
import type { Outcome } from '../../shared/domain/outcomes/outcome.ts';
import { indianTime } from '../indian-clock.ts';
import { faint, falls, rises, strong, warns } from '../ink.ts';
import type { Trail } from '../trail.ts';
import { percent, signedRupees } from './number-words.ts';

/** What became of an answer: each report of its trades by time, then its outcomes from the nearest horizon on. */
export function storyPart({ trades, outcomes }: Trail): string[] {
  const told = trades.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)).map(tradeLine);
  const nothing = told.length + outcomes.length === 0;
  return [
    strong('What became of it'),
    ...(nothing ? [faint('  no trade was reported, and its horizon has not passed yet')] : []),
    ...told,
    ...outcomes.toSorted((a, b) => a.horizon - b.horizon).map(outcomeLine),
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

function outcomeLine(outcome: Outcome): string {
  const head = `  after ${outcome.horizon} minutes`;
  if (outcome.status === 'pending') return faint(`${head}: not known yet`);
  if (outcome.status === 'unresolvable') {
    return warns(`${head}: never known (${(outcome.reason ?? 'no reason').replaceAll('_', ' ')})`);
  }
  return `${head}: the underlying moved ${percent(outcome.realised_return ?? 0)}${verdict(outcome)}${marked(outcome)}`;
}

function verdict({ correct }: Outcome): string {
  if (correct === null) return '';
  return correct ? rises(', as it said') : falls(', not as it said');
}

/** The profit that recorded prices give, whatever was claimed. */
function marked({ trade_pnl, exposure_inverted }: Outcome): string {
  if (exposure_inverted) return warns('; its trade bet against it and counts for nothing');
  if (trade_pnl === null) return '';
  const text = `; its trade is marked ${signedRupees(trade_pnl)} rupees`;
  return trade_pnl < 0 ? falls(text) : rises(text);
}
