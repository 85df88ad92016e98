import { describe, expect, it } from 'vitest';
import { mayStart, type Pace } from '../../../../../shared/domain/training/search/time-budget.ts';

const S = 1000;
const pace: Pace = {
  elapsedMs: 8 * S,
  budgetMs: 60 * S,
  oneMs: 4 * S,
  wholeMs: 20 * S,
  fits: 4,
  laterRounds: [3, 9],
};

describe('mayStart', () => {
  it('keeps time for one configuration in each later rung, and allows one fit beyond', () => {
    expect(mayStart(pace)).toBe(true);
    expect(mayStart({ ...pace, elapsedMs: 25 * S })).toBe(true);
    expect(mayStart({ ...pace, elapsedMs: 25 * S + 1 })).toBe(false);
    expect(mayStart({ ...pace, budgetMs: 43 * S })).toBe(true);
    expect(mayStart({ ...pace, budgetMs: 43 * S - 1 })).toBe(false);
  });

  it('takes more rounds to last longer, but no longer than all rounds did', () => {
    expect(mayStart({ ...pace, wholeMs: 1000 * S, elapsedMs: 9 * S })).toBe(true);
    expect(mayStart({ ...pace, wholeMs: 1000 * S, elapsedMs: 9 * S + 1 })).toBe(false);
    expect(mayStart({ ...pace, laterRounds: [], elapsedMs: 57 * S })).toBe(true);
    expect(mayStart({ ...pace, laterRounds: [], elapsedMs: 57 * S + 1 })).toBe(false);
  });

  it('has no end without a budget, and none without a clock', () => {
    expect(mayStart({ ...pace, budgetMs: Number.POSITIVE_INFINITY })).toBe(true);
    expect(mayStart({ ...pace, elapsedMs: 0, oneMs: 0, wholeMs: 0 })).toBe(true);
  });
});
