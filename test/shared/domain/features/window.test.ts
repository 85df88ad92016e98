import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import {
  WINDOW_MINUTES,
  windowDate,
  windowOf,
  windowTerms,
} from '../../../../shared/domain/features/window.ts';
import type { Macro, StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
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
    expect(window.timestampsMs.at(-1)).toBe(ms('10:54:00'));
    expect(windowDate(window)).toBe('2025-12-04');
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

describe('windowTerms', () => {
  it('are the strike step and ladder width of the day', () => {
    const { NSE, BANKNIFTY_MONTHLY } = exchangesRules();
    expect(windowTerms('2025-12-04', NSE)).toMatchObject({ strikeStep: 50, ladderSides: 5 });
    expect(windowTerms('2025-12-04', BANKNIFTY_MONTHLY)).toMatchObject({ strikeStep: 100, ladderSides: 10 });
  });
});
