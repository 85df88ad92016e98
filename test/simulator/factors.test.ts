import { describe, expect, test } from 'vitest';
import type { FactorState } from '../../simulator/factors.ts';
import { REGIMES, simulateFactors } from '../../simulator/factors.ts';
import { correlation } from './correlation.ts';

function chain(days: number) {
  let state: FactorState | undefined;
  return Array.from({ length: days }, (_, day) => {
    const date = new Date(Date.UTC(2026, 0, 5) + day * 86_400_000).toISOString().slice(0, 10);
    const path = simulateFactors(4, date, 375, state);
    state = path.end;
    return path;
  });
}

describe('the market-wide factors', () => {
  const days = chain(250);
  const regimes = days.flatMap((day) => Array.from(day.regime));

  test('visit every regime, each for a good while, and step only to a neighbour', () => {
    for (const [index] of REGIMES.entries()) {
      expect(regimes.filter((regime) => regime === index).length / regimes.length).toBeGreaterThan(0.08);
    }
    const steps = regimes.slice(1).map((regime, i) => Math.abs(regime - regimes[i]!));
    const switches = steps.reduce((sum, step) => sum + step, 0);
    expect(steps.every((step) => step <= 1)).toBe(true);
    expect(regimes.length / switches).toBeGreaterThan(200);
  });

  test('volatility follows the regime, and India VIX follows volatility within sober bounds', () => {
    const level = days.flatMap((day) => Array.from(day.volatility));
    const vix = days.flatMap((day) => Array.from(day.vixPct));
    const stated = regimes.map((regime) => REGIMES[regime]!.volatility);
    expect(correlation(level, stated)).toBeGreaterThan(0.9);
    expect(correlation(level, vix)).toBeGreaterThan(0.95);
    expect(vix.filter((value) => !(value > 8 && value < 45))).toEqual([]);
  });

  test('falling prices raise volatility', () => {
    const shocks = days.flatMap((day) => Array.from(day.shock.subarray(1)));
    const rises = days.flatMap((day) =>
      Array.from(day.volatility.subarray(1), (value, i) => Math.log(value / day.volatility[i]!)),
    );
    expect(correlation(shocks, rises)).toBeLessThan(-0.4);
  });

  test('the next session takes up volatility and regime where the last one ended', () => {
    for (let day = 1; day < days.length; day++) {
      const [before, after] = [days[day - 1]!.volatility[374]!, days[day]!.volatility[0]!];
      expect(Math.abs(Math.log(after / before))).toBeLessThan(0.15);
    }
  });
});
