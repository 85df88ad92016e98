import { type FeatureWindow, NO_STATE } from '../../shared/domain/features/window.ts';
import type { WindowTerms } from '../../shared/domain/features/window-terms.ts';
import { istMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { aSnapshot } from './snapshot.ts';

/** NSE on 2025-12-04, a Thursday, with the sessions of the Friday, Monday and Tuesday after; overrides replace. */
export function someTerms(overrides: Partial<WindowTerms> = {}): WindowTerms {
  const span = (date: string) => ({ openMs: istMs(date, 555), closeMs: istMs(date, 930) });
  return {
    exchange: 'NSE',
    date: '2025-12-04',
    previousDate: '2025-12-03',
    session: span('2025-12-04'),
    laterSessions: ['2025-12-05', '2025-12-08', '2025-12-09'].map(span),
    calendarTo: '2025-12-09',
    strikeStep: 50,
    ladderSides: 5,
    tickRupees: 0.05,
    ...overrides,
  };
}

/** A window of the given snapshots and times (one complete snapshot at 12:35 unless said otherwise), nothing beside. */
export function aWindow(overrides: Partial<FeatureWindow> = {}): FeatureWindow {
  const timestampsMs = overrides.timestampsMs ?? [istMs('2025-12-04', 755)];
  return {
    ...someTerms({ date: sessionDate(timestampsMs.at(-1)!) }),
    snapshots: timestampsMs.map(() => aSnapshot()),
    timestampsMs,
    expiry: '2025-12-09',
    macro: null,
    state: NO_STATE,
    siblings: {},
    priorDays: [],
    ...overrides,
  };
}
