import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../../../../shared/domain/features/day-summary.ts';
import { timelineOf, WINDOW_MINUTES, windowOf } from '../../../../shared/domain/features/window.ts';
import { addDays, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import type { Macro, StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aDaySummary } from '../../../factories/day-summary.ts';
import { aSession } from '../../../factories/session.ts';
import { aStoredSnapshot } from '../../../factories/snapshot.ts';
import { someTerms } from '../../../factories/window.ts';

const terms = someTerms();

function times(snapshots: readonly StoredSnapshot[]): number[] {
  return [...windowOf(snapshots, terms).timestampsMs];
}

function at(clock: string, overrides: Partial<StoredSnapshot> = {}): StoredSnapshot {
  return aStoredSnapshot({ timestamp: `2025-12-04T${clock}+05:30`, ...overrides });
}

const ms = (clock: string, date = '2025-12-04') => Date.parse(`${date}T${clock}+05:30`);

describe('windowOf', () => {
  it('holds the newest 41 minutes, oldest first', () => {
    const session = aSession({ minutes: 100 });
    const window = windowOf(session, terms);
    expect(window.snapshots).toEqual(session.slice(-WINDOW_MINUTES));
    expect(windowOf(session, terms, 61).snapshots).toEqual(session.slice(-61));
    expect(window.timestampsMs.at(-1)).toBe(ms('10:54:00'));
  });

  it('never reaches into another session', () => {
    const history = [...aSession({ date: '2025-12-03', minutes: 375 }), ...aSession({ minutes: 5 })];
    expect(times(history)).toHaveLength(5);
    expect(times(history)[0]).toBe(ms('09:15:00'));
  });

  it("takes each minute's last snapshot, and now itself in its own minute", () => {
    const history = [at('10:00:05'), at('10:00:50'), at('10:01:10'), at('10:02:05'), at('10:02:30')];
    expect(times(history)).toEqual([ms('10:00:50'), ms('10:01:10'), ms('10:02:30')]);
  });

  it('leaves out what was received only after now', () => {
    const late = at('10:01:00', { received_at: '2025-12-04T10:05:00+05:30' });
    const early = at('10:01:00.000', { received_at: '2025-12-04T10:01:01+05:30' });
    expect(times([at('10:00:00'), late, at('10:02:00')])).toEqual([ms('10:00:00'), ms('10:02:00')]);
    expect(times([at('10:00:00'), early, at('10:02:00')])).toHaveLength(3);
  });

  it('of a live row leaves out what was posted only after it, whatever receipt that states', () => {
    const spooled = (recorded: string) =>
      at('10:01:00', {
        origin: 'backfill',
        received_at: '2025-12-04T10:01:01+05:30',
        recorded_at: `2025-12-04T${recorded}+05:30`,
      });
    const held = (now: StoredSnapshot, recorded: string) =>
      times([at('10:00:00'), spooled(recorded), now]).length === 3;
    const live = at('10:20:00', { origin: 'live' });
    expect([held(live, '10:20:00'), held(live, '10:20:01')]).toEqual([true, false]);
    // Nothing was served of a backfill: it knows what the tracker had.
    const recorded_at = '2025-12-04T12:00:00+05:30';
    const backfilled = at('10:20:00', { origin: 'backfill', recorded_at });
    expect(held(backfilled, '10:20:01')).toBe(true);
  });

  it('of a live row leaves out what came too late for the online window', () => {
    const spooled = (recorded: string) =>
      at('10:00:00', { origin: 'backfill', recorded_at: `2025-12-04T${recorded}+05:30` });
    const live = at('11:10:00', { origin: 'live' });
    expect(times([spooled('11:00:00'), live])).toHaveLength(2);
    expect(times([spooled('11:00:01'), live])).toHaveLength(1);
  });

  it('holds a whole day that was imported years later, also of a file that does not say how it came', () => {
    const session = aSession({ minutes: 50 });
    const recorded_at = '2027-01-04T10:00:00.000Z';
    const imported = session.map((one) => ({ ...one, recorded_at }));
    const posted = session.map((one) => ({ ...one, received_at: recorded_at, recorded_at }));
    for (const history of [imported, posted]) {
      expect(windowOf(history, terms).snapshots).toEqual(history.slice(-WINDOW_MINUTES));
    }
  });

  it('falls back to an earlier snapshot of a minute whose last one came late', () => {
    const late = at('10:01:40', { received_at: '2025-12-04T10:05:00+05:30' });
    expect(times([at('10:01:10'), late, at('10:02:00')])).toEqual([ms('10:01:10'), ms('10:02:00')]);
  });

  it('knows a macro value from the moment it was made, and not before', () => {
    const macro = {
      fii_dii_net: { value: 5, as_of: '2025-12-04T09:00:00+05:30', source: 'x' },
      crude_trend: { value: 7, as_of: '2025-12-04T18:00:00+05:30', source: 'x' },
      usdinr_trend: 0.25,
      risk_on_score: null,
    } as unknown as Macro;
    expect(windowOf([at('10:00:00', { macro })], terms).macro).toMatchObject({
      fii_dii_net: 5,
      crude_trend: null,
      usdinr_trend: 0.25,
      risk_on_score: null,
    });
    expect(windowOf([at('10:00:00')], terms).macro).toBeNull();
  });

  it('carries no state from one evaluation to the next', () => {
    expect(windowOf([at('10:00:00')], terms).state).toEqual({
      atmShiftEwma: null,
      cachedFutureOiChange3mPct: null,
    });
  });
});

describe('other chains in a window', () => {
  const now = at('10:30:20');
  const seen = (snapshots: readonly StoredSnapshot[]) => {
    const siblings = { BSE: timelineOf(snapshots) };
    const { siblings: found } = windowOf([now], terms, WINDOW_MINUTES, { siblings });
    return found.BSE === undefined ? null : utcIso(found.BSE.timestampMs).slice(14, 19);
  };
  const later = (clock: string, received: string) =>
    at(clock, { received_at: `2025-12-04T${received}+05:30` });

  it('are the last snapshot of an earlier minute', () => {
    expect(seen([at('10:28:00'), at('10:29:10'), at('10:29:50'), at('10:30:05')])).toBe('59:50');
    expect(seen([at('10:30:00'), at('10:31:00')])).toBeNull();
  });

  it('are at most ten minutes old, and of the same session', () => {
    expect(seen([at('10:20:00')])).toBe('50:00');
    expect(seen([at('10:19:59')])).toBeNull();
    expect(seen([aStoredSnapshot({ timestamp: '2025-12-03T10:29:00+05:30' })])).toBeNull();
  });

  it('had been received by now', () => {
    expect(seen([at('10:27:00'), later('10:28:00', '10:30:20'), later('10:29:00', '10:30:21')])).toBe(
      '58:00',
    );
  });

  it('had been posted by now, where now was served', () => {
    const posted = (recorded: string) =>
      at('10:29:00', { origin: 'backfill', recorded_at: `2025-12-04T${recorded}+05:30` });
    expect(seen([at('10:27:00'), posted('10:30:20')])).toBe('59:00');
    expect(seen([at('10:27:00'), posted('10:30:21')])).toBe('57:00');
  });

  it('are absent where none is given', () => {
    expect(windowOf([now], terms).siblings).toEqual({});
    expect(seen([])).toBeNull();
  });
});

describe('earlier sessions in a window', () => {
  const known = (priorDays: readonly DaySummary[]) =>
    windowOf([at('10:30:00')], terms, WINDOW_MINUTES, { priorDays }).priorDays.map(({ date }) => date);

  it('are those before the day that were received before its open', () => {
    const atOpen = aDaySummary({ date: '2025-12-02', received_at: '2025-12-04T03:45:00.000Z' });
    const afterOpen = aDaySummary({ date: '2025-12-03', received_at: '2025-12-04T03:45:00.001Z' });
    const today = aDaySummary({ date: '2025-12-04', received_at: '2025-12-04T03:00:00.000Z' });
    expect(known([aDaySummary({ date: '2025-12-01' }), atOpen, afterOpen, today])).toEqual([
      '2025-12-01',
      '2025-12-02',
    ]);
  });

  it('may have been recorded later: a backfill states when its snapshots were received', () => {
    expect(known([aDaySummary({ recorded_at: '2026-02-01T00:00:00.000Z' })])).toEqual(['2025-12-03']);
  });

  it('are the newest 250', () => {
    const days = Array.from({ length: 300 }, (_, i) => aDaySummary({ date: addDays('2025-01-01', i) }));
    expect(known(days)).toHaveLength(250);
    expect(known(days)[0]).toBe('2025-02-20');
  });
});
