import { describe, expect, it } from 'vitest';
import {
  rowsAhead,
  sessionMinutes,
  tradingStretches,
} from '../../../../shared/domain/labels/session-minutes.ts';
import { addDays, istMs } from '../../../../shared/domain/market/indian-time.ts';
import { nseRules } from '../../../factories/label-day.ts';

const rules = nseRules();
const DATE = '2025-12-04';
const point = (minute: number, seconds = 0, date = DATE) => ({
  timestampMs: istMs(date, minute) + seconds * 1000,
  underlyingPrice: 100,
});
const ahead = (points: ReturnType<typeof point>[], horizon: number) => [
  ...rowsAhead(sessionMinutes(points, rules), horizon),
];
/** A day that trades in two parts. */
const [PAUSED, HOURS] = [...rules.market.specialSessions].find(([, hours]) => hours.pause !== undefined)!;
const PAUSE = HOURS.pause!;

describe('rows ahead', () => {
  it('go by the clock, whatever second of the minute the rows were taken in', () => {
    expect(ahead([point(600, 7), point(601, 3), point(603, 59)], 3)).toEqual([2, -1, -1]);
  });

  it('are none where the minute is missing', () => {
    const points = [point(600), point(602), point(604)];
    expect(ahead(points, 1)).toEqual([-1, -1, -1]);
    expect(ahead(points, 2)).toEqual([1, 2, -1]);
  });

  it('are none beyond the close, and the minute of the close is the last', () => {
    expect(ahead([point(927), point(930, 30), point(933)], 3)).toEqual([1, -1, -1]);
  });

  it('reach 15:40 since 2026-08-03', () => {
    const at = (date: string) => [point(925, 0, date), point(930, 0, date), point(940, 0, date)];
    expect(ahead(at('2026-08-03'), 15)).toEqual([2, -1, -1]);
    expect(ahead(at('2026-07-31'), 15)).toEqual([-1, -1, -1]);
  });

  it('do not span a pause', () => {
    const { fromMinute, toMinute } = PAUSE;
    const points = [fromMinute - 3, fromMinute, toMinute, toMinute + 3].map((minute) =>
      point(minute, 0, PAUSED),
    );
    expect(ahead(points, 3)).toEqual([1, -1, 3, -1]);
    expect(ahead(points, toMinute - fromMinute)).toEqual([-1, -1, -1, -1]);
  });
});

describe('session minutes', () => {
  it('tell rows out of session, before the open and after the close', () => {
    const { lastMinutes } = sessionMinutes([point(554), point(555), point(930, 59), point(931)], rules);
    const close = istMs(DATE, 930) / 60_000;
    expect([...lastMinutes]).toEqual([Number.NaN, close, close, Number.NaN]);
  });

  it('are all out of session on a holiday and at a weekend', () => {
    const [holiday] = [...rules.market.holidays.keys()].filter(
      (day) => !rules.market.specialSessions.has(day),
    );
    for (const date of [holiday!, '2025-12-06']) {
      expect([...sessionMinutes([point(600, 0, date)], rules).lastMinutes]).toEqual([Number.NaN]);
    }
  });

  it('refuse two rows of one minute, rows out of order, two sessions, and an unknown date', () => {
    const [a, b] = [point(600), point(601)];
    expect(() => sessionMinutes([a, point(600, 5)], rules)).toThrow(/expected one row a minute/);
    expect(() => sessionMinutes([b, a], rules)).toThrow(RangeError);
    expect(() => sessionMinutes([a, point(601, 0, addDays(DATE, 1))], rules)).toThrow(/one session/);
    expect(() => sessionMinutes([point(600, 0, '2019-01-02')], rules)).toThrow(
      /expected a date whose session is known/,
    );
  });
});

describe('trading stretches', () => {
  it('are the runs of rows of one part of a session', () => {
    const { fromMinute, toMinute } = PAUSE;
    const points = [
      HOURS.openMinute - 1,
      HOURS.openMinute,
      fromMinute,
      fromMinute + 1,
      toMinute,
      toMinute + 1,
    ].map((minute) => point(minute, 0, PAUSED));
    expect(tradingStretches(sessionMinutes(points, rules))).toEqual([
      { start: 1, end: 3 },
      { start: 4, end: 6 },
    ]);
    expect(tradingStretches(sessionMinutes([], rules))).toEqual([]);
  });
});
