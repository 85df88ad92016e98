import { describe, expect, test } from 'vitest';
import { tradeSchema } from '../../../../shared/domain/audit/trade.ts';

const executed = {
  recommendation_id: '01KE77AJ5RQ3H6V8R9YDSJ7KZF',
  trade_id: 'T-17',
  status: 'executed',
  symbol: 'NIFTY26J0626050CE',
  side: 'BUY',
  quantity_lots: 2,
  price: 130.5,
  timestamp: '2026-01-05T12:36:00+05:30',
};

function refusals(trade: unknown): string[] {
  return (
    tradeSchema.safeParse(trade).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ??
    []
  );
}

describe('a trade report', () => {
  test('executed, with defaults', () =>
    expect(tradeSchema.parse(executed)).toMatchObject({
      origin: 'auto',
      pnl: null,
      reason: null,
      constraint_violation: null,
    }));
  test('closing needs only the trade id', () =>
    expect(refusals({ trade_id: 'T-17', status: 'closed', timestamp: executed.timestamp })).toEqual([]));
  test('a manual trade needs no recommendation', () =>
    expect(refusals({ ...executed, recommendation_id: null, origin: 'manual' })).toEqual([]));
  test.each([
    [
      'an automatic trade without its recommendation',
      { ...executed, recommendation_id: null },
      'recommendation_id',
    ],
    ['an executed trade without a price', { ...executed, price: null }, 'price'],
    ['an executed trade without a symbol', { ...executed, symbol: undefined }, 'symbol'],
    ['a rejected trade without a reason', { ...executed, status: 'rejected' }, 'reason'],
    ['a negative price', { ...executed, price: -1 }, 'price'],
    ['half a lot', { ...executed, quantity_lots: 0.5 }, 'quantity_lots'],
    ['an infinite profit', { ...executed, status: 'closed', pnl: Number.POSITIVE_INFINITY }, 'pnl'],
    ['an unknown status', { ...executed, status: 'open' }, 'status'],
    ['a time without its zone', { ...executed, timestamp: '2026-01-05T12:36:00' }, 'timestamp'],
    ['an id that is none', { ...executed, recommendation_id: 'R1' }, 'recommendation_id'],
  ])('%s is refused by field', (_name, trade, field) => {
    const found = refusals(trade);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(field);
  });
});

describe('what no table can hold', () => {
  test('is refused as lots: a session with it could not be read back', () => {
    expect(refusals({ ...executed, quantity_lots: 1_000_000 })).toEqual([]);
    for (const lots of [1_000_001, 1e12, Number.MAX_SAFE_INTEGER]) {
      const found = refusals({ ...executed, quantity_lots: lots });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^quantity_lots: .*1000000/);
    }
  });
  const refused = (changes: object) => refusals({ ...executed, ...changes }).map((one) => one.split(':')[0]);
  test.each(['price', 'pnl', 'costs'])('is refused as %s', (field) => {
    for (const value of [1e13, 1.7e308, 5e-324, 1e-140]) expect(refused({ [field]: value })).toEqual([field]);
    for (const value of [0, 0.05, 1e12]) expect(refused({ [field]: value })).toEqual([]);
  });
  test('is a loss beyond it too, and a price or cost below nothing', () => {
    expect(refused({ pnl: -1e12 })).toEqual([]);
    expect(refused({ pnl: -1e13 })).toEqual(['pnl']);
    expect(refused({ price: -1 })).toEqual(['price']);
    expect(refused({ costs: -1 })).toEqual(['costs']);
  });
  test.each(['0000-01-01T00:00:00+05:30', '9999-12-31T23:59:59Z'])('is the moment %s', (timestamp) =>
    expect(refused({ timestamp })).toEqual(['timestamp']),
  );
});
