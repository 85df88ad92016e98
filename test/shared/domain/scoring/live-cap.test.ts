import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveRecord } from '../../../../shared/domain/risk/account-totals.ts';
import { kelly } from '../../../../shared/domain/risk/kelly.ts';
import { liveCap } from '../../../../shared/domain/scoring/live-cap.ts';

const VERSION = '2025-12-03-aaaaaaaa';
const record = (overrides: Partial<LiveRecord> = {}): LiveRecord => ({
  model_version: VERSION,
  trades: 20,
  win_rate: 0.5,
  payoff: 1.2,
  ...overrides,
});

describe('what a live record allows', () => {
  it('is its win rate, and the Kelly fraction of win rate and payoff together', () => {
    const { mostProbable, mostKelly } = liveCap(record(), VERSION, 20);
    expect(mostProbable).toBe(0.5);
    expect(mostKelly).toBeCloseTo(0.5 - 0.5 / 1.2, 12);
  });

  it.each([
    ['no record', null],
    ['the record of another version', record({ model_version: 'other' })],
    ['too few trades', record({ trades: 19, win_rate: 0 })],
    ['no trade', record({ trades: 0, win_rate: null, payoff: null })],
  ] as const)('is everything for %s', (_what, known) => {
    expect(liveCap(known, VERSION, 20)).toEqual({ mostProbable: 1, mostKelly: 1 });
  });

  it('is nothing when nothing was won, and no cap of its own when nothing was lost', () => {
    expect(liveCap(record({ win_rate: 0, payoff: null }), VERSION, 20)).toEqual({
      mostProbable: 0,
      mostKelly: 0,
    });
    expect(liveCap(record({ win_rate: 1, payoff: null }), VERSION, 20)).toEqual({
      mostProbable: 1,
      mostKelly: 1,
    });
  });
});

const rupees = fc.integer({ min: 1, max: 1_000_000 });
const pnls = fc.array(
  fc.oneof(
    rupees,
    rupees.map((value) => -value),
    fc.constant(0),
  ),
  { maxLength: 60 },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

function recordOf(pnl: readonly number[]): LiveRecord {
  const [wins, losses] = [pnl.filter((one) => one > 0), pnl.filter((one) => one < 0)];
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const payoff = mean(wins) / -mean(losses);
  return record({
    trades: pnl.length,
    win_rate: pnl.length === 0 ? null : wins.length / pnl.length,
    payoff: Number.isFinite(payoff) ? payoff : null,
  });
}

function sizeOf(pnl: readonly number[] | null, probability: number, payoff: number): number {
  const cap = liveCap(pnl === null ? null : recordOf(pnl), VERSION, 20);
  const policy = { shrinkage: 0.05, fraction: 0.3, cap: 1 };
  return kelly({
    probability: Math.min(probability, cap.mostProbable),
    payoff,
    mostFull: cap.mostKelly,
    ...policy,
  }).staked;
}

describe('a size', () => {
  const payoff = fc.double({ min: 0.1, max: 5, noNaN: true });
  it('is never raised by a live record', () =>
    fc.assert(
      fc.property(pnls, share, payoff, (pnl, probability, measured) => {
        expect(sizeOf(pnl, probability, measured)).toBeLessThanOrEqual(sizeOf(null, probability, measured));
      }),
    ));

  it('is never raised by one more loss, however small', () =>
    fc.assert(
      fc.property(pnls, rupees, share, payoff, (pnl, loss, probability, measured) => {
        const before = sizeOf(pnl, probability, measured);
        expect(sizeOf([...pnl, -loss], probability, measured)).toBeLessThanOrEqual(before + 1e-12);
      }),
      { numRuns: 2000 },
    ));

  it('is lowered by a record of losses', () => {
    const losing = [...Array<number>(15).fill(-100), ...Array<number>(10).fill(100)];
    expect(sizeOf(null, 0.7, 1.5)).toBeGreaterThan(0);
    expect(sizeOf(losing, 0.7, 1.5)).toBe(0);
  });
});
