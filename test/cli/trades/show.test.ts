import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { renderTable } from '../../../cli/output.ts';
import { showTrades } from '../../../cli/trades/show.ts';
import { dayTrades } from '../../../shared/domain/audit/day-trades.ts';
import { standInTradeId } from '../../../shared/domain/audit/stand-in.ts';
import { type Trade, tradeSchema } from '../../../shared/domain/audit/trade.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';

function shown(reports: readonly Trade[]): string[] {
  const lines: string[] = [];
  showTrades('2025-12-04', dayTrades(reports), {
    line: (text = '') => void lines.push(text),
    table: (head, rows) => void lines.push(...renderTable(head, rows).split('\n')),
    progress: () => undefined,
    result: () => undefined,
  });
  return lines.map((line) => stripVTControlCharacters(line));
}

const recommendation = aRecommendation();
const trade_id = standInTradeId(recommendation.id);
const ours = aTrade(recommendation, { trade_id, price: 202.1 });
const closing = (change: Partial<Trade>) =>
  tradeSchema.parse({ trade_id, status: 'closed', timestamp: '2025-12-04T12:50:00+05:30', ...change });
const refused = (trade: string, reason: string) =>
  aTrade(recommendation, { trade_id: trade, status: 'rejected', reason });

it('shows each trade with entry, exit, reason, costs and result, and the day', () => {
  const won = closing({ price: 227.1, reason: 'target', pnl: 123_524.6, costs: 225.4 });
  const manual = aTrade(recommendation, { trade_id: 'M-1', origin: 'manual', quantity_lots: 10, price: 99 });
  expect(
    shown([ours, won, manual, refused('broker-B', 'cooldown'), refused('broker-C', 'cooldown')]),
  ).toEqual([
    'trades of 2025-12-04',
    'in        out       by      exchange  contract           lots   entry    exit  why     costs        PnL',
    '--------  --------  ------  --------  -----------------  ----  ------  ------  ------  -----  ---------',
    '12:35:00  12:50:00  broker  NSE       NIFTY25D0926050CE     2  202.10  227.10  target    225  +1,23,525',
    '12:35:00  open      person  NSE       NIFTY25D0926050CE    10   99.00       -  -           -          -',
    'not traded  broker: cooldown 2',
    '1 open · 1 closed, 1 won · costs 225 · PnL +1,23,525 rupees, as reported',
  ]);
});

it('takes a PnL that nobody reported for unknown, not for 0', () => {
  expect(shown([ours, closing({ price: 227.1, reason: 'target' })]).at(-1)).toBe(
    'nothing open · 1 closed, no PnL was reported; ./oi outcomes shows what the recorded prices say',
  );
});

it('says what nobody watched, and where there is nothing to show', () => {
  const found = 'not watched: the broker found it on 2025-12-05';
  const lost = closing({
    price: 180,
    reason: 'unquoted',
    pnl: -3000,
    costs: 200,
    constraint_violation: found,
  });
  expect(shown([ours, lost]).slice(-2)).toEqual([
    'nothing open · 1 closed, 0 won · costs 200 · PnL -3,000 rupees, as reported',
    `${trade_id}: ${found}`,
  ]);
  expect(shown([refused('T-1', 'max positions')])).toEqual([
    'trades of 2025-12-04',
    'not traded  tracker: max positions 1',
    'nothing open · 0 closed, 0 won · costs 0 · PnL +0 rupees, as reported',
  ]);
  expect(shown([])).toEqual([
    'no trades on 2025-12-04; ./oi recommendations shows what could have been traded',
  ]);
});
