import { describe, expect, it } from 'vitest';
import { CLOCK } from '../../../../../shared/domain/features/chain-v3/clock.ts';
import { MACRO } from '../../../../../shared/domain/features/chain-v3/macro.ts';
import { istMs } from '../../../../../shared/domain/market/indian-time.ts';
import { aPricedSnapshot, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';
import { aWindow, someTerms } from '../../../../factories/window.ts';

const at = (date: string, minuteOfDay: number) => [istMs(date, minuteOfDay)];

describe('the clock', () => {
  it('counts the session from its own open to its own close', () => {
    const clock = valuesOf(CLOCK, aWindow({ timestampsMs: at('2025-12-04', 555 + 75) }));
    expect(clock).toEqual({
      minutes_since_open: 75,
      minutes_to_close: 300,
      session_progress: 0.2,
      is_expiry_day: 0,
      // Thursday 10:30 to Tuesday 15:30 is 5 days and 5 hours.
      days_to_expiry: 5 + 5 / 24,
      // 300 today, then Friday, Monday and Tuesday of 375 each.
      trading_minutes_to_expiry: 300 + 3 * 375,
    });
  });

  it('counts seconds', () => {
    const clock = valuesOf(CLOCK, aWindow({ timestampsMs: [istMs('2025-12-04', 600) + 30_000] }));
    expect(clock.minutes_since_open).toBe(45.5);
  });

  it('of an evening hour of trading goes from 0 to 1 too', () => {
    const session = { openMs: istMs('2025-10-21', 825), closeMs: istMs('2025-10-21', 885) };
    const terms = someTerms({ date: '2025-10-21', session });
    const clock = valuesOf(CLOCK, aWindow({ ...terms, timestampsMs: at('2025-10-21', 855) }));
    expect(clock.session_progress).toBe(0.5);
  });

  it('on expiry day counts to 15:30 though the session closes at 15:40, and never below 0', () => {
    const session = { openMs: istMs('2026-08-04', 555), closeMs: istMs('2026-08-04', 940) };
    const terms = someTerms({ date: '2026-08-04', session, laterSessions: [], calendarTo: '2026-08-04' });
    const clockAt = (minute: number) =>
      valuesOf(CLOCK, aWindow({ ...terms, expiry: '2026-08-04', timestampsMs: at('2026-08-04', minute) }));
    expect(clockAt(920)).toMatchObject({
      is_expiry_day: 1,
      trading_minutes_to_expiry: 10,
      minutes_to_close: 20,
    });
    expect(clockAt(935)).toMatchObject({
      trading_minutes_to_expiry: 0,
      days_to_expiry: 0,
      minutes_to_close: 5,
    });
  });

  it('does not guess a calendar that ends before the expiry, nor a session that there is none of', () => {
    const unknown = aWindow({ timestampsMs: at('2025-12-04', 600), calendarTo: '2025-12-08' });
    expect(valuesOf(CLOCK, unknown).trading_minutes_to_expiry).toBeNaN();
    const sunday = aWindow({ timestampsMs: at('2025-12-07', 600), session: null });
    const clock = valuesOf(CLOCK, sunday);
    expect([clock.minutes_since_open, clock.minutes_to_close, clock.session_progress]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('macro values', () => {
  it('are as delivered, a zero being a value', () => {
    const macro = {
      fii_dii_net: -812.5,
      usdinr_trend: 0,
      term_structure_spread: 0.7,
      news_sentiment_score: null,
    };
    const values = valuesOf(MACRO, aWindow({ macro }));
    expect(values).toMatchObject({ fii_dii_net: -812.5, usdinr_trend: 0, vix_term_spread: 0.7 });
    expect(Object.values(values).filter(Number.isNaN)).toHaveLength(5);
  });

  it('are missing, never 0, where the snapshot has none', () => {
    expect(Object.values(valuesOf(MACRO, aWindow())).every(Number.isNaN)).toBe(true);
  });

  it('made after the snapshot was received were not known', () => {
    const value = { value: 3, as_of: '2025-12-04T18:00:00+05:30', source: 'x' };
    const blank = Object.fromEntries(MACRO.specs.map(({ name }) => [name, null]));
    const macro = { ...blank, crude_trend: value, risk_on_score: 0.5 } as never;
    const window = windowOver([aPricedSnapshot({ overrides: { macro } })]);
    expect(valuesOf(MACRO, window)).toMatchObject({ crude_trend: Number.NaN, risk_on_score: 0.5 });
  });
});
