import { describe, expect, test } from 'vitest';
import { scoredColumnsSchema, scoredRows } from '../../../../shared/domain/evaluation/scored-columns.ts';
import { type LedgerTrial, trialsOf } from '../../../../shared/domain/evaluation/trials.ts';

const columns = {
  timestamp_ms: [Date.parse('2026-01-05T12:35:42+05:30'), Date.parse('2026-01-05T12:36:10+05:30')],
  session: ['2026-01-05', '2026-01-05'],
  fold: [1, 1],
  target: [1, null],
  sell: [0.2, 0.3],
  hold: [0.2, 0.3],
  buy: [0.6, 0.4],
  regime: [2, 0],
  position: [1, 0],
  price: [26028.1, null],
};

describe('scored columns', () => {
  test('become rows by Indian minute', () =>
    expect(scoredRows(scoredColumnsSchema.parse(columns))).toEqual([
      {
        session: '2026-01-05',
        minute: 755,
        price: 26028.1,
        sell: 0.2,
        hold: 0.2,
        buy: 0.6,
        regime: 2,
        label: 1,
        position: 1,
      },
      {
        session: '2026-01-05',
        minute: 756,
        price: null,
        sell: 0.3,
        hold: 0.3,
        buy: 0.4,
        regime: 0,
        label: null,
        position: 0,
      },
    ]));
  test.each([
    ['a short column', { price: [1] }, 'price', 'expected 2 values, was 1'],
    ['an unknown position', { position: [2, 0] }, 'position', 'Invalid input'],
    ['a probability above one', { buy: [1.2, 0] }, 'buy', '<=1'],
    ['a session that is no date', { session: ['today', '2026-01-05'] }, 'session', 'date'],
  ])('%s is refused by name', (_name, change, field, words) => {
    const issue = scoredColumnsSchema.safeParse({ ...columns, ...change }).error?.issues[0];
    expect(issue?.path[0]).toBe(field);
    expect(issue?.message).toContain(words);
  });
});

describe('trial ledger', () => {
  const trial = (
    configuration_hash: string,
    dataset_version: string,
    daily_returns: number[],
    daily_sharpe: number | null = 0.1,
  ) => ({ configuration_hash, dataset_version, daily_returns, daily_sharpe }) satisfies LedgerTrial;
  test('an empty one counts the candidate itself', () =>
    expect(trialsOf([], 'd')).toEqual({
      distinct: 1,
      sharpe_variance: null,
      on_this_dataset: 1,
      daily_returns: [],
    }));
  test('nightly repeats count once', () => {
    const ledger = [
      trial('a', '2026-01-01', [1]),
      trial('a', '2026-01-02', [2]),
      trial('a', '2026-01-03', [3]),
    ];
    expect(trialsOf(ledger, '2026-01-03')).toMatchObject({
      distinct: 1,
      on_this_dataset: 1,
      daily_returns: [[3]],
    });
  });
  test('the latest dataset stands for a configuration', () => {
    const ledger = [
      trial('a', '2026-01-02', [1], 0.3),
      trial('a', '2026-01-01', [1], 9),
      trial('b', '2026-01-01', [1], 0.1),
    ];
    expect(trialsOf(ledger, '2026-01-02').sharpe_variance).toBeCloseTo(0.02, 12);
  });
  test('rivals are those on the same dataset', () => {
    const ledger = [trial('a', 'old', [1, 2]), trial('b', 'new', [3, 4]), trial('c', 'new', [5, 6])];
    expect(trialsOf(ledger, 'new')).toMatchObject({
      distinct: 3,
      on_this_dataset: 2,
      daily_returns: [
        [3, 4],
        [5, 6],
      ],
    });
  });
  test('a distilled one counts as tried, but the full one was not chosen from it', () => {
    const ledger = [
      trial('a', 'new', [1, 2]),
      { ...trial('a small', 'new', [3, 4]), distilled: true as const },
    ];
    expect(trialsOf(ledger, 'new')).toMatchObject({
      distinct: 2,
      on_this_dataset: 1,
      daily_returns: [[1, 2]],
    });
  });
  test('two that brought the same every day were no choice, but both count as tried', () => {
    const ledger = [
      trial('a', 'new', [1, 2]),
      trial('a per regime', 'new', [1, 2]),
      trial('b', 'new', [1, 3]),
    ];
    expect(trialsOf(ledger, 'new')).toMatchObject({
      distinct: 3,
      on_this_dataset: 2,
      daily_returns: [
        [1, 2],
        [1, 3],
      ],
    });
    expect(trialsOf(ledger.slice(0, 2), 'new').on_this_dataset).toBe(1);
  });
  test('two without a day may be anything', () =>
    expect(trialsOf([trial('a', 'new', []), trial('b', 'new', [])], 'new').on_this_dataset).toBe(2));
  test('unequal records cannot be compared', () =>
    expect(trialsOf([trial('b', 'new', [3]), trial('c', 'new', [5, 6])], 'new').daily_returns).toBeNull());
});
