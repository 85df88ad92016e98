import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_DAY, type LakeScope } from '../../../cli/sql/lake-sessions.ts';
import { recordDays } from '../../../cli/sql/load-records.ts';
import { addDays } from '../../../shared/domain/market/indian-time.ts';

const CALENDAR_FROM = '2024-01-01';
const TODAY = '2026-02-24';
const daysOf = (scope: Partial<LakeScope>, today = TODAY) =>
  recordDays({ ...ANY_DAY, exchanges: ['NSE'], sessions: [], ...scope }, today, CALENDAR_FROM);
const ends = (days: readonly string[]) => [days[0], days.at(-1)];

describe('recordDays', () => {
  it('goes on from the first session to today, days without snapshots included', () => {
    const sessions = ['2026-02-19', '2026-02-20'];
    const days = ['2026-02-19', '2026-02-20', '2026-02-21', '2026-02-22', '2026-02-23', '2026-02-24'];
    expect(daysOf({ from: '2026-02-19', sessions })).toEqual(days);
  });

  it('goes to the newest session where the clock stands before it', () => {
    const sessions = ['2026-02-19', '2026-02-20'];
    expect(daysOf({ from: '2026-02-19', sessions }, '2026-02-18')).toEqual(sessions);
  });

  it('keeps to the days asked for, also beyond the calendar and today', () => {
    expect(daysOf({ from: '1999-12-31', to: '2000-01-01' })).toEqual(['1999-12-31', '2000-01-01']);
    expect(daysOf({ from: '2026-03-01', to: '2026-03-01' })).toEqual(['2026-03-01']);
    expect(daysOf({ from: '2026-03-01' })).toEqual([]);
  });

  it('begins with the calendar where nothing says when', () => {
    expect(ends(daysOf({}))).toEqual([CALENDAR_FROM, TODAY]);
    expect(ends(daysOf({ to: '2024-02-29' }))).toEqual([CALENDAR_FROM, '2024-02-29']);
  });

  it('has each day once, by rising date, and every session in it', () => {
    const aDay = fc.integer({ min: 0, max: 900 }).map((day) => addDays(CALENDAR_FROM, day));
    fc.assert(
      fc.property(fc.uniqueArray(aDay, { minLength: 1, maxLength: 30 }), aDay, (some, today) => {
        const sessions = some.sort();
        const days = daysOf({ from: sessions[0]!, sessions }, today);
        expect(days).toEqual([...new Set(days)].sort());
        expect(days).toEqual(expect.arrayContaining(sessions));
        if (today >= sessions[0]!) expect(days).toContain(today);
      }),
      { numRuns: 50 },
    );
  });
});
