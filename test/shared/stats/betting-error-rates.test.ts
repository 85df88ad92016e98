import { describe, expect, test } from 'vitest';
import { eValue, OPENING_CAPITAL, playBet } from '../../../shared/stats/betting-capital.ts';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const ALPHA = 0.05;
const RUNS = 2000;
const SESSIONS = 500;

type Uniform = () => number;
/** The differences of one run's sessions, -1 to 1, made one by one from what was before. */
type Market = (uniform: Uniform) => (before: readonly number[]) => number;

const normal = (uniform: Uniform) => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform())));
const clip = (value: number) => Math.max(-1, Math.min(1, value));

/** Session after which the e-value first reached 1/alpha, looked at every day; null when it never did. */
function crossing(market: Market, seed: number, sessions: number): number | null {
  const next = market(seededUniform(seed));
  const seen: number[] = [];
  let capital = OPENING_CAPITAL;
  for (let session = 1; session <= sessions; session++) {
    seen.push(next(seen));
    capital = playBet(capital, seen.at(-1) as number);
    if (eValue(capital) >= 1 / ALPHA) return session;
  }
  return null;
}

const crossings = (market: Market, runs = RUNS, sessions = SESSIONS) =>
  Array.from({ length: runs }, (_, run) => crossing(market, run + 1, sessions)).filter((at) => at !== null);

/** Nowhere is the challenger better on average so far; each hangs together in another way. */
const NULLS: Readonly<Record<string, Market>> = {
  'independent sessions': (uniform) => () => clip(0.25 * normal(uniform)),
  'all or nothing': (uniform) => () => (uniform() < 0.5 ? 1 : -1),
  'many small gains, few great losses': (uniform) => () => (uniform() < 0.9 ? 0.1 : -0.9),
  'many small losses, few great gains': (uniform) => () => (uniform() < 0.9 ? -0.1 : 0.9),
  'calm and wild times that last': (uniform) => {
    let volatility = 0.2;
    return (before) => {
      const last = Math.abs(before.at(-1) ?? 0.2);
      volatility = Math.min(0.6, 0.02 + 0.85 * volatility + 0.1 * last);
      return clip(volatility * normal(uniform));
    };
  },
  'stakes raised after losses': (uniform) => (before) => {
    const sum = before.slice(-10).reduce((total, one) => total + one, 0);
    return (sum < 0 ? 0.9 : 0.1) * (uniform() < 0.5 ? 1 : -1);
  },
  'worse for fifty sessions, better for fifty, again and again': (uniform) => (before) =>
    clip((before.length % 100 < 50 ? -0.1 : 0.1) + 0.25 * normal(uniform)),
};

describe('a challenger that is not better is called better at most once in twenty', () => {
  test.each(Object.entries(NULLS))('%s', (_name, market) => {
    expect(crossings(market).length / RUNS).toBeLessThanOrEqual(ALPHA);
  });

  test('sessions of overlapping quarter-hours under models that persist', () => {
    const runs = 300;
    expect(crossings(overlapping, runs, 120).length / runs).toBeLessThanOrEqual(ALPHA);
  }, 60_000);

  test('where a test for one look, looked at every day, says so six times as often', () => {
    const fooled = Array.from({ length: RUNS }, (_, run) => {
      const next = NULLS['independent sessions']!(seededUniform(run + 1));
      let [sum, squares] = [0, 0];
      for (let session = 1; session <= SESSIONS; session++) {
        const value = next([]);
        sum += value;
        squares += value * value;
        if (session >= 10 && sum / Math.sqrt(squares) > 1.645) return true;
      }
      return false;
    }).filter(Boolean).length;
    expect(fooled / RUNS).toBeGreaterThan(6 * ALPHA);
  });
});

/** One-minute walk of 120 minutes; both models act in runs; what they ask for is held for 15 minutes. */
const overlapping: Market = (uniform) => {
  const [challenger, live] = [persistent(uniform), persistent(uniform)];
  return () => {
    const price = [0];
    for (let minute = 0; minute < 120; minute++) price.push((price[minute] as number) + normal(uniform));
    let sum = 0;
    for (let minute = 0; minute < 105; minute++) {
      const move = (price[minute + 15] as number) - (price[minute] as number);
      sum += (challenger() - live()) * move;
    }
    return clip(sum / 105 / 5);
  };
};

/** -1, 0 or 1, drawn anew in one minute of twenty. */
function persistent(uniform: Uniform): () => number {
  let action = 0;
  return () => {
    if (uniform() < 0.05) action = Math.floor(3 * uniform()) - 1;
    return action;
  };
}

describe('a challenger that is better is found', () => {
  test.each([
    ['a third of a deviation a session', 0.08, 0.99, 110],
    ['a fifth', 0.05, 0.85, 260],
  ])('%s', (_name, edge, found, median) => {
    const runs = 500;
    const at = crossings((uniform) => () => clip(edge + 0.25 * normal(uniform)), runs);
    expect(at.length / runs).toBeGreaterThan(found);
    expect(at.toSorted((a, b) => a - b)[runs / 2]).toBeLessThan(median);
  });

  test('sooner, the larger the edge', () => {
    const mean = (edge: number) => {
      const at = crossings((uniform) => () => clip(edge + 0.25 * normal(uniform)), 300);
      return at.reduce((sum, one) => sum + one, 0) / at.length;
    };
    expect(mean(0.25)).toBeLessThan(mean(0.12));
  });
});
