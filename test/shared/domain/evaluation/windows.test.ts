import { describe, expect, it } from 'vitest';
import type { SessionBaseline } from '../../../../shared/domain/evaluation/baseline.ts';
import { windowRuns, windowsOf } from '../../../../shared/domain/evaluation/windows.ts';
import { baselineSentence, runCells } from '../../../../shared/domain/evaluation/windows-words.ts';
import { judged, measures } from './gate-case.ts';

const returns = Array.from({ length: 6 }, () => 0.001);
const candidate = { ...judged({ returns }), held_out: lastTwo() };

function lastTwo() {
  const all = measures({ returns });
  return { ...all, backtest: { ...all.backtest, days: all.backtest.days.slice(-2) } };
}

const source = (day: number, change: Partial<SessionBaseline> = {}): SessionBaseline => ({
  session: `day-00${day}`,
  ...{ source: 'walk_forward', minutes: 100, missing: 0, unasked: 0, why: null },
  ...change,
});
const sources = [
  source(0),
  source(1),
  source(2),
  source(3, { source: null, minutes: 0, why: 'production has no out-of-sample scores of it' }),
  source(4, { source: 'held_out' }),
  source(5, { source: 'audited', missing: 3, unasked: 1 }),
];

describe('windows', () => {
  const windows = windowsOf({ candidate, sources });

  it('say session by session whose answers are judged', () =>
    expect(windows.sessions.map((one) => [one.session, one.candidate, one.production])).toEqual([
      ['day-000', 'walk_forward', 'walk_forward'],
      ['day-001', 'walk_forward', 'walk_forward'],
      ['day-002', 'walk_forward', 'walk_forward'],
      ['day-003', 'walk_forward', null],
      ['day-004', 'held_out', 'held_out'],
      ['day-005', 'held_out', 'audited'],
    ]));
  it('count common sessions by source, and the minutes without an answer', () =>
    expect(windows).toMatchObject({
      common: 5,
      production: { audited: 1, held_out: 1, replayed: 0, walk_forward: 3 },
      ...{ minutes: 500, missing: 3, unasked: 1 },
    }));
  it("leave out production's sessions that the candidate is not judged on", () => {
    const more = windowsOf({ candidate, sources: [...sources, source(6, { missing: 9 })] });
    expect(more).toEqual(windows);
  });
  it('come as runs of one source', () =>
    expect(windowRuns(windows).map(({ first, last, sessions }) => [first, last, sessions])).toEqual([
      ['day-000', 'day-002', 3],
      ['day-003', 'day-003', 1],
      ['day-004', 'day-004', 1],
      ['day-005', 'day-005', 1],
    ]));
  it('without production name no source', () => {
    const alone = windowsOf({ candidate });
    expect(alone.common).toBe(0);
    expect(alone.sessions.every(({ production }) => production === null)).toBe(true);
  });
});

describe('windows in words', () => {
  const windows = windowsOf({ candidate, sources });
  it('say what production is compared on', () =>
    expect(baselineSentence(windows)).toBe(
      'Production is compared on 5 of 6 sessions: 1 by what it answered live; 1 by its bundle, held out; ' +
        "3 by its procedure, walk-forward. Of 500 minutes it has no answer for 3 and no model's answer for 1: HOLD, and no probabilities.",
    ));
  it('say so when nothing is common', () =>
    expect(baselineSentence(windowsOf({ candidate }))).toBe(
      'None of the 6 sessions is compared with production.',
    ));
  it('put a run into cells', () => {
    const runs = windowRuns(windows);
    expect(runCells(runs[0]!)).toEqual([
      'day-000 to day-002',
      3,
      'its procedure, walk-forward',
      'its procedure, walk-forward',
      '',
    ]);
    expect(runCells(runs[3]!)).toEqual([
      'day-005',
      1,
      'the bundle, held out',
      'what it answered live',
      '3 minutes without an answer, taken as HOLD; 1 minute of HOLD that no model gave',
    ]);
    expect(runCells(runs[1]!)[3]).toBe('not compared');
  });
});
