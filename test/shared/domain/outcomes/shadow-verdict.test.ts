import { describe, expect, it } from 'vitest';
import { parseShadow, shadowPolicy } from '../../../../shared/config/shadow.ts';
import { addDays } from '../../../../shared/domain/market/indian-time.ts';
import { shadowVerdict, shadowVerdictSchema } from '../../../../shared/domain/outcomes/shadow-verdict.ts';
import { bettingMeanTest } from '../../../../shared/stats/betting-mean-test.ts';
import { aShadowSession } from '../../../factories/shadow.ts';

const policy = shadowPolicy();
const day = (at: number) => addDays('2026-01-01', at);
const sessions = (differences: readonly number[]) =>
  differences.map((difference, at) => aShadowSession(day(at), difference));
const judge = (differences: readonly number[]) => shadowVerdict(sessions(differences), policy);

describe('the verdict on a challenger', () => {
  it('without sessions says so, with the widest bounds', () => {
    const verdict = judge([]);
    expect(shadowVerdictSchema.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({
      ...{ sessions: 0, decision: 'none', decided_on: null, in_words: 'no decision yet' },
      ...{ agreement: null, hit_rate: null, mean_difference_bps: null, lower_bps: -5, upper_bps: 5 },
    });
  });

  it('adds up what the sessions counted', () => {
    expect(judge([1, 3])).toMatchObject({
      ...{ sessions: 2, asked: 700, answered: 698, faults: 2, moments: 680 },
      ...{ agreement: 600 / 680, hit_rate: 0.6, live_hit_rate: 0.5, mean_difference_bps: 2 },
    });
  });

  it('is the betting test on clipped differences, in basis points', () => {
    const test = bettingMeanTest([1, 0.2, -1, 0.4], 0.05);
    const verdict = judge([40, 1, -7, 2]);
    expect([verdict.e_better, verdict.e_worse]).toEqual([test.above, test.below]);
    expect([verdict.lower_bps, verdict.upper_bps]).toEqual([5 * test.lower, 5 * test.upper]);
    expect(verdict.mean_difference_bps).toBeCloseTo((5 + 1 - 5 + 2) / 4, 12);
  });

  it('says better after eight sessions at the bound, worse after eight at the other, and stays with it', () => {
    const eight = Array<number>(8).fill(5);
    expect(judge(eight.slice(1)).decision).toBe('none');
    expect(judge(eight)).toMatchObject({
      ...{ decision: 'better', decided_on: day(7), in_words: 'challenger better at 5 %' },
    });
    expect(judge(eight.map((one) => -one))).toMatchObject({
      ...{ decision: 'worse', decided_on: day(7), in_words: 'challenger worse at 5 %' },
    });
    expect(judge([...eight, ...Array<number>(9).fill(-4)]).decision).toBe('better');
    const mixed = judge([...eight, ...Array<number>(30).fill(-5)]);
    expect(mixed.decision).toBe('mixed');
    expect(mixed.in_words).toBe('better at 5 % for a time, worse for another');
  });

  it('does not count a session with too few moments, and does not mind their order', () => {
    const few = aShadowSession(day(20), 5, { moments: policy.min_moments - 1 });
    const others = sessions([1, -2, 3]);
    const {
      judged_sessions,
      asked: _asked,
      answered: _answered,
      faults: _faults,
      ...verdict
    } = shadowVerdict([few, ...others.toReversed()], policy);
    expect(judged_sessions).toBe(4);
    expect(shadowVerdict(others, policy)).toMatchObject(verdict);
  });
});

describe('config/shadow.json', () => {
  it.each([
    ['alpha', 0.6],
    ['bound_bps', 0],
    ['min_moments', 1.5],
  ])('refuses %s %s by name', (key, value) => {
    expect(() => parseShadow({ ...policy, [key]: value })).toThrow(
      new RegExp(`^config/shadow.json: ${key}: `),
    );
  });
});
