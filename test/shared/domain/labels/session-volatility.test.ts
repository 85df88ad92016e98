import { describe, expect, it } from 'vitest';
import {
  LEAST_COVERED_MINUTES,
  sessionVolatility,
} from '../../../../shared/domain/labels/session-volatility.ts';
import { SESSION_MINUTES } from '../../../factories/label-day.ts';
import { gaussianWalk, minutesOf } from '../../../factories/session-minutes.ts';

const SIGMA = 0.0002;
/** Mean of the known values over many sessions. */
const meanOver = (change: (prices: number[]) => (number | null)[]) => {
  const known = Array.from({ length: 40 }, (_, seed) =>
    sessionVolatility(minutesOf(change(gaussianWalk(SESSION_MINUTES, SIGMA, seed)))).filter(Number.isFinite),
  ).flatMap((values) => [...values]);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

describe('session volatility', () => {
  it('is the deviation of one-minute returns', () => {
    expect(meanOver((prices) => prices) / SIGMA).toBeCloseTo(1, 1);
  });

  it('is not moved by jumps and bad prices', () => {
    const spoilt = meanOver((prices) => prices.map((price, i) => (i % 40 === 39 ? price * 1.5 : price)));
    expect(spoilt / SIGMA).toBeGreaterThan(0.9);
    expect(spoilt / SIGMA).toBeLessThan(1.25);
  });

  it('is not made small by a spot that is refreshed every other minute', () => {
    const stale = meanOver((prices) => prices.map((_, i) => prices[i - (i % 2)]!));
    expect(stale / SIGMA).toBeCloseTo(1, 1);
  });

  it('is not made large or small by minutes without a row', () => {
    const torn = meanOver((prices) => prices.map((price, i) => (i % 7 === 3 ? null : price)));
    expect(torn / SIGMA).toBeCloseTo(1, 1);
  });

  it('is the root mean square of the returns, the large ones capped, exactly', () => {
    const moves: number[] = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.001 : -0.001));
    const path = (changes: number[]) => {
      let log = 0;
      return [0, ...changes].map((move) => {
        log += move;
        return 100 * Math.exp(log);
      });
    };
    const scale = 1 / Math.sqrt(0.9950072780344537);
    expect(sessionVolatility(minutesOf(path(moves))).at(-1)).toBeCloseTo(0.001 * scale, 12);
    const jump = (0.003 / 0.6744897501960817) ** 2;
    const capped = Math.sqrt((39 * 1e-6 + jump) / 40) * scale;
    for (const size of [0.01, 0.5]) {
      expect(sessionVolatility(minutesOf(path(moves.with(20, size)))).at(-1)).toBeCloseTo(capped, 12);
    }
  });

  it('is unknown until half of its look-back is covered', () => {
    const first = sessionVolatility(minutesOf(gaussianWalk(80, SIGMA))).findIndex(Number.isFinite);
    expect(first).toBe(LEAST_COVERED_MINUTES);
  });

  it('starts afresh after a gap, and has forgotten it an hour later', () => {
    const prices = gaussianWalk(200, SIGMA).map((price, i) => (i >= 100 && i < 140 ? null : price));
    const values = sessionVolatility(minutesOf(prices));
    expect(Number.isFinite(values[99])).toBe(true);
    const known = [...values.slice(100)].map(Number.isFinite);
    expect(known).toEqual(known.map((_, i) => i >= LEAST_COVERED_MINUTES));
  });

  it('is unknown while the spot stands still, and takes no return from such a stretch', () => {
    const frozen = gaussianWalk(200, SIGMA).map((price, i, all) => (i >= 60 ? all[60]! : price));
    expect(sessionVolatility(minutesOf(frozen)).at(-1)).toBeNaN();
    const thawed = gaussianWalk(100, SIGMA).map((price, i, all) => (i < 10 ? all[0]! : price * 1.5));
    const plain = gaussianWalk(100, SIGMA).map((price, i) => (i < 10 ? null : price * 1.5));
    expect(sessionVolatility(minutesOf(thawed)).at(-1)).toBe(sessionVolatility(minutesOf(plain)).at(-1));
  });

  it('knows nothing of later prices', () => {
    const prices = gaussianWalk(200, SIGMA);
    const changed = prices.map((price, i) => (i > 120 ? price * 1000 : price));
    const upTo = (given: number[]) => sessionVolatility(minutesOf(given)).slice(0, 121);
    expect(upTo(changed)).toEqual(upTo(prices));
  });
});
