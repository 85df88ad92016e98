import { describe, expect, test } from 'vitest';
import { type ChainSnapshot, legSchema } from '../../../../shared/domain/market/snapshot.ts';
import { horizonMinutes } from '../../../../shared/domain/outcomes/horizon.ts';
import { contractPriceAt, pricesByMinute } from '../../../../shared/domain/outcomes/recorded-prices.ts';

const at = (clock: string) => Date.parse(`2026-01-05T${clock}+05:30`);

function snapshot(clock: string, underlying_price: number, ltp: number | null) {
  const legs: ChainSnapshot['legs'] = [legSchema.parse({ symbol: 'X', strike: 100, option_type: 'CE', ltp })];
  return { timestamp: `2026-01-05T${clock}+05:30`, underlying_price, legs };
}

test("a minute's last row is its price, in whatever order rows come", () => {
  const rows = [snapshot('12:35:40', 101, 1), snapshot('12:36:00', 102, 1), snapshot('12:35:05', 100, 1)];
  expect([...pricesByMinute(rows)]).toEqual([
    [at('12:35:00'), 101],
    [at('12:36:00'), 102],
  ]);
});

describe('contract prices', () => {
  const priceAt = contractPriceAt([
    snapshot('12:37:00', 100, 12),
    snapshot('12:35:00', 100, 10),
    snapshot('12:36:00', 100, null),
  ]);
  test('are the newest at or before the moment, never later', () => {
    expect(priceAt('X', at('12:35:00'))).toBe(10);
    expect(priceAt('X', at('12:36:59'))).toBe(10);
    expect(priceAt('X', at('12:37:00'))).toBe(12);
    expect(priceAt('X', at('12:34:59'))).toBeNull();
  });
  test('count for five minutes', () => {
    expect(priceAt('X', at('12:42:00'))).toBe(12);
    expect(priceAt('X', at('12:42:01'))).toBeNull();
  });
  test('of an unknown contract are unknown', () => expect(priceAt('Y', at('12:37:00'))).toBeNull());
});

describe('horizon', () => {
  test.each([
    ['tb15', 15],
    ['dir3', 3],
    ['mag30', 30],
  ])('%s is %d minutes', (target, minutes) => expect(horizonMinutes(target)).toBe(minutes));
  test.each(['tb', '15', 'tb0', 'TB15', ''])('%s is refused', (target) =>
    expect(() => horizonMinutes(target)).toThrow('expected a name such as tb15'),
  );
});
