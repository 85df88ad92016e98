import { describe, expect, test } from 'vitest';
import { executionConfig } from '../../../../shared/config/execution.ts';
import { gatePolicy } from '../../../../shared/config/gate.ts';
import { judge } from '../../../../shared/domain/evaluation/judge.ts';
import type { ScoredRow } from '../../../../shared/domain/evaluation/scored-row.ts';
import { verdict } from '../../../../shared/domain/evaluation/verdict.ts';
import { normalCdf } from '../../../../shared/stats/normal-cdf.ts';
import { normalQuantile } from '../../../../shared/stats/normal-quantile.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import { gateCase } from './gate-case.ts';

const MINUTES = 375;
const HORIZON = 15;
const MEMORY = 0.95;

/**
 * A session in which a visible, slowly fading signal moves the price by `edge` deviations a minute. The model states
 * `belief` in place of `edge`: equal is an honest model, a belief without an edge is a model that fooled itself.
 */
function session(date: string, next: () => number, edge: number, belief: number): ScoredRow[] {
  const bell = () => normalQuantile((Math.floor(next() * 1e6) + 0.5) / 1e6);
  const fading = (1 - MEMORY ** HORIZON) / (1 - MEMORY) / Math.sqrt(HORIZON);
  const signals: number[] = [];
  const prices = [25_000];
  let signal = bell();
  for (let i = 0; i < MINUTES; i++) {
    signals.push(signal);
    prices.push((prices[i] as number) * (1 + 0.00035 * (edge * signal + bell())));
    signal = MEMORY * signal + Math.sqrt(1 - MEMORY ** 2) * bell();
  }
  return signals.map((value, i) => {
    const up = normalCdf(belief * value * fading);
    const [buy, sell] = [0.96 * up, 0.96 * (1 - up)];
    const move = i + HORIZON < MINUTES ? (prices[i + HORIZON] as number) / (prices[i] as number) - 1 : null;
    return {
      session: date,
      minute: 555 + i,
      price: prices[i] as number,
      sell,
      hold: 0.04,
      buy,
      regime: 0,
      label: move === null ? null : Math.abs(move) < 0.00007 ? 0 : move > 0 ? 1 : -1,
      position: buy >= 0.52 ? 1 : sell >= 0.52 ? -1 : 0,
    };
  });
}

function passes(edge: number, belief: number, seed: number): boolean {
  const next = seededUniform(seed * 7919 + 13);
  const days = Array.from({ length: 11 }, (_, day) => session(`2026-01-${day + 10}`, next, edge, belief));
  const policy = gatePolicy('demo');
  const execution = executionConfig().backtest;
  const bundle = { version: 'v', bundle_hash: 'a', logic_hash: 'b' };
  const rows = { walk_forward: days.slice(0, 7).flat(), held_out: days.slice(7).flat() };
  const context = gateCase({
    candidate: judge({ ...bundle, ...rows }, execution, policy.rules),
    policy,
    seed,
  });
  const about = { exchange: 'NSE', target: 'tb15', dataset_version: 'd', evaluated_at: 'now', execution };
  return verdict({ context, ...about }).pass;
}

const SEEDS = Array.from({ length: 16 }, (_, seed) => seed);

describe('the gate on 11 simulated out-of-sample sessions', () => {
  test('lets an honest model with a planted edge through', () =>
    expect(SEEDS.filter((seed) => passes(0.3, 0.3, seed)).length).toBeGreaterThanOrEqual(15));
  test('refuses a model that sees an edge where there is none', () =>
    expect(SEEDS.filter((seed) => passes(0, 0.3, seed))).toEqual([]));
  test('refuses a model that knows there is none and never trades', () =>
    expect(SEEDS.filter((seed) => passes(0, 0, seed))).toEqual([]));
});
