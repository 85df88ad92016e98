import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { promotionPolicy } from '../../../../shared/config/promotion.ts';
import { istMs, MINUTE_MS } from '../../../../shared/domain/market/indian-time.ts';
import {
  type BakingEvidence,
  cameByPromotion,
  sessionMinutesOver,
  technicalAlarm,
} from '../../../../shared/domain/promotion/baking.ts';
import { aHistoryRow, aLivePointer } from '../../../factories/registry.ts';

const RULES = exchangesRules().NSE;
/** Minutes of the clock on an Indian date. */
const at = (date: string, clock: string) => {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number];
  return istMs(date, 60 * hours + minutes);
};
const over = (since: number, now: number) => sessionMinutesOver(since, now, 30, RULES);

describe('the end of the baking window', () => {
  it.each([
    ['in the session', ['2025-12-04', '11:02'], ['2025-12-04', '11:32']],
    ['before the open', ['2025-12-04', '08:00'], ['2025-12-04', '09:45']],
    ['after close it is in the next session', ['2025-12-04', '18:00'], ['2025-12-05', '09:45']],
    ['shortly before close it goes on in the next session', ['2025-12-04', '15:20'], ['2025-12-05', '09:35']],
    ['on a Friday evening it is on Monday', ['2025-12-05', '18:00'], ['2025-12-08', '09:45']],
    ['exactly half an hour before close', ['2025-12-04', '15:00'], ['2025-12-04', '15:30']],
  ] as const)('%s', (_, [sinceDate, since], [endDate, end]) => {
    const sinceMs = at(sinceDate, since);
    const endMs = at(endDate, end);
    expect(over(sinceMs, endMs)).toBe(endMs);
    expect(over(sinceMs, endMs - 1)).toBeNull();
    expect(over(sinceMs, endMs + 200 * 24 * 60 * MINUTE_MS)).toBe(endMs);
  });

  it('is not over by any night or weekend, however long', () => {
    expect(over(at('2025-12-04', '15:20'), at('2025-12-05', '09:14'))).toBeNull();
    expect(over(at('2025-12-05', '15:31'), at('2025-12-07', '23:59'))).toBeNull();
  });

  it('is unknown when the calendar is', () => {
    expect(() => over(at('2035-01-01', '10:00'), at('2035-01-02', '10:00'))).toThrow(/expected a date/);
  });
});

describe('what bakes', () => {
  const pointer = aLivePointer({ version: 'v2' });
  const promoted = aHistoryRow({ event: 'promoted', to_version: 'v2' });

  it('is what came by a promotion, refusals after it aside', () => {
    expect(cameByPromotion(pointer, [promoted])).toBe(true);
    expect(cameByPromotion(pointer, [promoted, aHistoryRow({ event: 'refused', to_version: 'v3' })])).toBe(
      true,
    );
    expect(cameByPromotion(pointer, [promoted, aHistoryRow({ event: 'rejected', to_version: 'v3' })])).toBe(
      true,
    );
  });

  it('is not what came by a rollback, nor what the history does not know yet', () => {
    const back = aHistoryRow({ event: 'rolled_back', to_version: 'v2' });
    expect(cameByPromotion(pointer, [promoted, back])).toBe(false);
    expect(cameByPromotion(pointer, [aHistoryRow({ event: 'promoted', to_version: 'v1' })])).toBe(false);
    expect(cameByPromotion(pointer, [])).toBe(false);
  });
});

describe('a technical alarm', () => {
  const policy = promotionPolicy().baking;
  const well: BakingEvidence = { latenciesUs: [], unusable: 0, unanswered: 0, parity: null };
  const latencies = (slow: number, quick: number) => [
    ...Array<number>(slow).fill(policy.slow_us + 1),
    ...Array<number>(quick).fill(policy.slow_us),
  ];

  it.each([
    ['nothing was seen', well],
    ['some rows wait for their answer', { ...well, unanswered: 3 }],
    ['the first answers opened the bundle', { ...well, latenciesUs: latencies(2, 6) }],
    ['too few answers to say', { ...well, latenciesUs: latencies(7, 0) }],
  ])('is none when %s', (_, seen) => {
    expect(technicalAlarm(seen, policy)).toBeNull();
  });

  it.each([
    ['errors', { ...well, unusable: 1 }, '1 answer could not use its bundle'],
    ['errors', { ...well, unanswered: 4 }, '4 feature rows without an answer (limit 3)'],
    [
      'latency',
      { ...well, latenciesUs: latencies(3, 5) },
      '3 of 8 answers took longer than 50 ms (limit 25 % of them)',
    ],
    ['parity', { ...well, parity: '2 of 300 rows differ' }, '2 of 300 rows differ'],
  ])('%s: %o', (alarm, seen, why) => {
    expect(technicalAlarm(seen, policy)).toEqual({ alarm, why });
  });

  it('is the gravest of several', () => {
    const all = { latenciesUs: latencies(8, 0), unusable: 1, unanswered: 9, parity: 'differs' };
    expect(technicalAlarm(all, policy)?.alarm).toBe('errors');
    expect(technicalAlarm({ ...all, unusable: 0, unanswered: 0 }, policy)?.alarm).toBe('latency');
  });
});
