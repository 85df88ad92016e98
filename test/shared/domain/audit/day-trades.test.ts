import { describe, expect, it } from 'vitest';
import { dayTotal, dayTrades } from '../../../../shared/domain/audit/day-trades.ts';
import { isStandIn, standInTradeId } from '../../../../shared/domain/audit/stand-in.ts';
import { type Trade, tradeSchema } from '../../../../shared/domain/audit/trade.ts';
import { linkTrade } from '../../../../shared/domain/outcomes/link-trade.ts';
import { aRecommendation, aTrade } from '../../../factories/recommendation.ts';

const recommendation = aRecommendation();
const executed = aTrade(recommendation);
const closing = (of: Trade, change: Partial<Trade> = {}) =>
  tradeSchema.parse({
    ...{ trade_id: of.trade_id, status: 'closed', timestamp: '2025-12-04T12:50:00+05:30', price: 141.5 },
    ...{ reason: 'target', pnl: 1500, costs: 225, ...change },
  });

describe('dayTrades', () => {
  it('puts an opening and its closing side by side, whatever order they come in', () => {
    const closed = closing(executed);
    const [trade, ...others] = dayTrades([closed, executed]);
    expect(others).toEqual([]);
    expect(trade).toEqual({
      ...{
        trade_id: executed.trade_id,
        recommendation_id: recommendation.id,
        by: 'tracker',
        exchange: 'NSE',
      },
      ...{ symbol: recommendation.symbol, lots: 2, state: 'closed', opened: executed, closed },
      ...{ reason: 'target', pnl: 1500, costs: 225 },
    });
  });

  it('tells who traded, what is open, and why something was refused', () => {
    const ours = aTrade(recommendation, { trade_id: standInTradeId(recommendation.id) });
    const manual = aTrade(recommendation, { trade_id: 'M-1', origin: 'manual', recommendation_id: null });
    const refused = aTrade(recommendation, { trade_id: 'T-2', status: 'rejected', reason: 'max positions' });
    expect(dayTrades([ours, manual, refused]).map(({ by, state, reason }) => [by, state, reason])).toEqual([
      ['broker', 'open', null],
      ['person', 'open', null],
      ['tracker', 'rejected', 'max positions'],
    ]);
  });

  it('shows a closing whose opening was another day, and none for no reports', () => {
    expect(dayTrades([closing(executed)])).toMatchObject([{ state: 'closed', opened: null, pnl: 1500 }]);
    expect(dayTrades([])).toEqual([]);
  });
});

describe('dayTotal', () => {
  it('adds up what was closed and counts the rest', () => {
    const other = aTrade(recommendation, { trade_id: 'T-9' });
    const open = aTrade(recommendation, { trade_id: 'T-10' });
    const refused = aTrade(recommendation, { trade_id: 'T-11', status: 'rejected', reason: 'no' });
    const reports = [
      executed,
      closing(executed),
      other,
      closing(other, { pnl: -700, costs: null }),
      open,
      refused,
    ];
    expect(dayTotal(dayTrades(reports))).toEqual({
      open: 1,
      closed: 2,
      rejected: 1,
      won: 1,
      pnl: 800,
      costs: 225,
    });
    expect(dayTotal([])).toEqual({ open: 0, closed: 0, rejected: 0, won: 0, pnl: 0, costs: 0 });
  });
});

describe('the stand-in', () => {
  const ours = aTrade(recommendation, { trade_id: standInTradeId(recommendation.id) });

  it('is known by its ids', () => {
    expect(isStandIn(ours.trade_id)).toBe(true);
    expect(isStandIn('T-17')).toBe(false);
  });

  it('gives way to the trade of an executor, though that came later', () => {
    const later = aTrade(recommendation, { trade_id: 'T-17', timestamp: '2025-12-04T12:40:00+05:30' });
    expect(linkTrade('BUY', [ours])?.trade_id).toBe(ours.trade_id);
    expect(linkTrade('BUY', [ours, later])?.trade_id).toBe('T-17');
    const refused = aTrade(recommendation, { trade_id: 'T-18', status: 'rejected', reason: 'no' });
    expect(linkTrade('BUY', [refused, ours])?.trade_id).toBe(ours.trade_id);
  });
});
