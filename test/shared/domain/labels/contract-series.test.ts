import { describe, expect, it } from 'vitest';
import { contractSeries, type LabelLeg } from '../../../../shared/domain/labels/contract-series.ts';
import { aLeg } from '../../../factories/snapshot.ts';

const leg = (changes: Partial<LabelLeg>): LabelLeg => aLeg(changes);
const row = (legs: LabelLeg[], expiry = '2025-12-09') => ({ expiry, atmStrike: 26_000, legs });
const NONE = Number.NaN;

describe('contract series', () => {
  it('have one value a row, missing where the contract or its value is', () => {
    const at = contractSeries([
      row([leg({ ltp: 1, oi: null, best_bid: null }), leg({ option_type: 'PE', ltp: 9 })]),
      row([]),
      row([leg({ ltp: 2, oi: 75, volume: 5, best_bid: 1.9, best_ask: 2.1 })]),
    ]);
    expect(at('2025-12-09', 26_000, 'CE')).toEqual({
      ltp: Float64Array.of(1, NONE, 2),
      oi: Float64Array.of(NONE, NONE, 75),
      volume: Float64Array.of(99_000, NONE, 5),
      bid: Float64Array.of(NONE, NONE, 1.9),
      ask: Float64Array.of(132.3, NONE, 2.1),
    });
    expect(at('2025-12-09', 26_000, 'PE')!.ltp).toEqual(Float64Array.of(9, NONE, NONE));
  });

  it('tell contracts of different expiries apart', () => {
    const at = contractSeries([row([leg({ ltp: 1 })]), row([leg({ ltp: 2 })], '2025-12-16')]);
    expect(at('2025-12-09', 26_000, 'CE')!.ltp).toEqual(Float64Array.of(1, NONE));
    expect(at('2025-12-16', 26_000, 'CE')!.ltp).toEqual(Float64Array.of(NONE, 2));
    expect(at('2025-12-23', 26_000, 'CE')).toBeUndefined();
    expect(at('2025-12-09', 26_050, 'CE')).toBeUndefined();
  });
});
