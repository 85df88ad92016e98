import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tripleBarrier } from '../../../../shared/domain/labels/triple-barrier.ts';
import { randomOf } from '../../../factories/session.ts';

/** Prices that move up and down by 0.1 % for 61 rows (so that a volatility exists at row 60), then `after`. */
function afterWarmUp(...after: (number | null)[]): (number | null)[] {
  return [...Array.from({ length: 61 }, (_, i) => 100 + (i % 2) * 0.1), ...after];
}

const at60 = (prices: (number | null)[], lookForward = 3) => {
  const result = tripleBarrier(prices, { lookForward, pt: 1, sl: 1 });
  const kept = result.keptRows.indexOf(60);
  return [result.labels[kept], result.barrierHit[kept], result.minutesToHit[kept]];
};

describe('triple barrier', () => {
  it('says which barrier is met first, and when', () => {
    expect(at60(afterWarmUp(100, 101, 90))).toEqual([1, 'upper', 2]);
    expect(at60(afterWarmUp(99, 101, 101))).toEqual([-1, 'lower', 1]);
    expect(at60(afterWarmUp(100, 100, 100))).toEqual([0, 'time', 3]);
    expect(at60(afterWarmUp(null, null, 101))).toEqual([1, 'upper', 3]);
  });

  it('counts a price at the barrier as not met', () => {
    const prices = afterWarmUp(100, 100, 100);
    const sigma = tripleBarrier(prices).volatility[60]!;
    expect(at60(afterWarmUp(100 * (1 + sigma), 100, 100))[1]).toBe('time');
    expect(at60(afterWarmUp(100 * (1 - sigma), 100, 100))[1]).toBe('time');
  });

  it('has no volatility before 60 returns, and says so where the label is 0 for that reason', () => {
    const result = tripleBarrier(afterWarmUp(...Array(15).fill(100)));
    expect(result.volatility.slice(0, 60)).toEqual(Array(60).fill(null));
    expect(result.volatility[60]).toBeGreaterThan(0.0005);
    expect(result.barrierHit.slice(0, 60)).toEqual(Array(60).fill(null));
    expect(result.minutesToHit.slice(0, 60)).toEqual(Array(60).fill(null));
    expect(result.keptRows).toEqual(Array.from({ length: 61 }, (_, i) => i));
  });

  it('floors the volatility of a quiet market', () => {
    expect(tripleBarrier(Array(80).fill(100)).volatility[70]).toBe(0.0005);
  });

  it('drops the last rows, then rows whose own price is missing', () => {
    const prices = Array.from({ length: 30 }, (_, i) => (i === 4 || i === 20 ? null : 100 + i));
    const result = tripleBarrier(prices);
    expect(result.droppedTailRows).toBe(15);
    expect(result.droppedNullPriceRows).toEqual([4]);
    expect(result.keptRows).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(tripleBarrier([1, 2, 3])).toMatchObject({ droppedTailRows: 3, keptRows: [] });
    expect(tripleBarrier([])).toMatchObject({ droppedTailRows: 0, keptRows: [], volatility: [] });
  });

  it('takes NaN for missing like null', () => {
    const prices = afterWarmUp(100, null, 101, 100, 100);
    expect(tripleBarrier(prices.map((price) => price ?? Number.NaN))).toEqual(tripleBarrier(prices));
  });

  it('turns round when the market does, and does not care for its level', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomOf(seed);
        let log = 0;
        const logs = Array.from({ length: 120 }, () => {
          log += (random() - 0.5) * 0.004;
          return log;
        });
        const labels = (prices: number[]) => tripleBarrier(prices).labels;
        const prices = logs.map((value) => 1024 * Math.exp(value));
        expect(labels(prices.map((price) => price * 4))).toEqual(labels(prices));
        const mirrored = labels(logs.map((value) => 1024 * Math.exp(-value)));
        const agreeing = labels(prices).filter((label, i) => label === -mirrored[i]!).length;
        expect(agreeing / mirrored.length).toBeGreaterThan(0.95);
      }),
      { numRuns: 30 },
    );
  });

  it('looks exactly its horizon ahead: later prices change nothing', () => {
    const prices = afterWarmUp(...Array.from({ length: 60 }, (_, i) => 100 + Math.sin(i)));
    const row = 70;
    const changed = prices.map((price, i) => (i > row + 15 ? 1e6 : price));
    const upTo = (input: (number | null)[]) => tripleBarrier(input).labels.slice(0, row + 1);
    expect(upTo(changed)).toEqual(upTo(prices));
  });
});
