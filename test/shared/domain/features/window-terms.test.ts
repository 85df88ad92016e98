import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { windowTerms } from '../../../../shared/domain/features/window-terms.ts';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';
import { NotFound } from '../../../../shared/errors.ts';

const rules = exchangesRules();

describe('windowTerms', () => {
  it('are the contract and the calendar of the day', () => {
    const { laterSessions, ...terms } = windowTerms('2025-12-04', rules.NSE);
    expect(terms).toEqual({
      exchange: 'NSE',
      date: '2025-12-04',
      previousDate: '2025-12-03',
      session: { openMs: istMs('2025-12-04', 555), closeMs: istMs('2025-12-04', 930) },
      calendarTo: '2026-01-18',
      strikeStep: 50,
      ladderSides: 5,
      tickRupees: 0.05,
    });
    expect(laterSessions[0]).toEqual({ openMs: istMs('2025-12-05', 555), closeMs: istMs('2025-12-05', 930) });
    expect(laterSessions[1]!.openMs).toBe(istMs('2025-12-08', 555));
  });

  it('skip Christmas, and know the hour of Diwali trading', () => {
    const opens = windowTerms('2025-12-04', rules.NSE).laterSessions.map(({ openMs }) => openMs);
    expect(opens).toContain(istMs('2025-12-24', 555));
    expect(opens).not.toContain(istMs('2025-12-25', 555));
    const diwali = windowTerms('2025-10-21', rules.NSE).session!;
    expect((diwali.closeMs - diwali.openMs) / 60_000).toBe(60);
  });

  it('are those of the date asked for, whatever was asked before', () => {
    const first = windowTerms('2025-12-04', rules.NSE);
    expect(windowTerms('2025-12-05', rules.NSE).previousDate).toBe('2025-12-04');
    expect(windowTerms('2025-12-04', rules.BSE).exchange).toBe('BSE');
    expect(windowTerms('2025-12-04', rules.NSE)).toEqual(first);
  });

  it('have no session on a Sunday, and the Friday before it', () => {
    const sunday = windowTerms('2025-12-07', rules.BANKNIFTY_MONTHLY);
    expect([sunday.session, sunday.previousDate]).toEqual([null, '2025-12-05']);
    expect([sunday.strikeStep, sunday.ladderSides]).toEqual([100, 10]);
  });

  it('end where the calendar ends, and begin where it begins', () => {
    const last = windowTerms('2026-12-31', rules.NSE);
    expect([last.laterSessions, last.calendarTo]).toEqual([[], '2026-12-31']);
    const { coverage } = rules.NSE.market;
    expect(windowTerms(coverage.from, rules.NSE).previousDate).toBeNull();
    expect(() => windowTerms('2019-01-01', rules.NSE)).toThrow(NotFound);
    expect(() => windowTerms('2027-01-04', rules.NSE)).toThrow(/2027-01-04/);
  });

  it('stop before a day of unknown hours, which is the day before of the one after', () => {
    expect(windowTerms('2026-11-05', rules.NSE).calendarTo).toBe('2026-11-07');
    expect(windowTerms('2026-11-09', rules.NSE)).toMatchObject({
      previousDate: '2026-11-08',
      calendarTo: '2026-12-24',
    });
  });
});
