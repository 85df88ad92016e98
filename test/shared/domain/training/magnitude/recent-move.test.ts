import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recentMoves } from '../../../../../shared/domain/training/magnitude/recent-move.ts';

const MINUTE_MS = 60_000;
const minutesOf = (count: number, from = 0) =>
  Float64Array.from({ length: count }, (_, at) => (from + at) * MINUTE_MS);
const oneSession = (count: number) => Array.from({ length: count }, () => '2025-12-04');

/** The definition, said again the slow way. */
function slowly(prices: Float64Array, times: Float64Array, sessions: readonly string[], row: number): number {
  let [squares, minutes] = [0, 0];
  for (let at = row; at > 0 && sessions[at - 1] === sessions[row]; at -= 1) {
    if (times[row]! - times[at - 1]! > 30 * MINUTE_MS) break;
    squares += Math.log(prices[at]! / prices[at - 1]!) ** 2;
    minutes += (times[at]! - times[at - 1]!) / MINUTE_MS;
  }
  return minutes < 10 ? Number.NaN : 10_000 * Math.sqrt((squares / minutes) * 15);
}

describe('recentMoves', () => {
  it('is the move of a steady market, scaled to the horizon', () => {
    const prices = Float64Array.from({ length: 40 }, (_, at) => 26_000 * Math.exp(at % 2 === 0 ? 0 : 0.0004));
    const moves = recentMoves(prices, minutesOf(40), oneSession(40), 15);
    expect([...moves.slice(0, 10)]).toEqual(Array(10).fill(Number.NaN));
    for (const move of moves.slice(10)) expect(move).toBeCloseTo(4 * Math.sqrt(15), 6);
  });

  it('knows nothing of another session, nor of what comes', () => {
    const prices = Float64Array.from({ length: 60 }, (_, at) => 100 + Math.sin(at));
    const sessions = Array.from({ length: 60 }, (_, at) => (at < 30 ? '2025-12-03' : '2025-12-04'));
    const moves = recentMoves(prices, minutesOf(60), sessions, 15);
    const other = prices.map((price, at) => (at < 30 || at > 45 ? price * 2 : price));
    expect(moves.slice(30, 46)).toEqual(recentMoves(other, minutesOf(60), sessions, 15).slice(30, 46));
    expect(moves[39]).toBeNaN();
    expect(moves[40]).toBeGreaterThan(0);
  });

  it('is the mean square of the last half hour, whatever minutes are missing', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: -0.002, max: 0.002, noNaN: true })),
      {
        minLength: 1,
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(steps, (given) => {
        let [minute, log] = [0, 0];
        const rows = given.map(([gap, step]) => {
          minute += gap;
          log += step;
          return { minute, price: 100 * Math.exp(log) };
        });
        const times = Float64Array.from(rows, (row) => row.minute * MINUTE_MS);
        const prices = Float64Array.from(rows, ({ price }) => price);
        const sessions = oneSession(rows.length);
        recentMoves(prices, times, sessions, 15).forEach((move, row) => {
          const expected = slowly(prices, times, sessions, row);
          if (Number.isNaN(expected)) expect(move).toBeNaN();
          else expect(Math.abs(move - expected)).toBeLessThan(1e-4);
        });
      }),
    );
  });
});
