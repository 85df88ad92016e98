import { describe, expect, it } from 'vitest';
import { memoryWindow } from '../../../bench/parts/memory-window.ts';
import { spentBetween } from '../../../bench/parts/process-time.ts';
import { postedVectors, unseenRows } from '../../../bench/parts/score-rows.ts';
import { targets } from '../../../bench/parts/targets.ts';
import { epochMs } from '../../../shared/domain/market/indian-time.ts';
import { aSession } from '../../factories/session.ts';

describe('posted vectors', () => {
  it('are all different, and say what is missing and infinite as the API wants it', () => {
    const vectors = postedVectors(unseenRows(250), '2026-01-06T05:00:00.000Z');
    expect(new Set(vectors.map(({ features }) => JSON.stringify(features))).size).toBe(250);
    const values = vectors.flatMap(({ features }) => Object.values(features));
    expect(values).toContain(null);
    expect(values).toContain('Infinity');
    expect(
      values.every((value) => value === null || typeof value === 'string' || Number.isFinite(value)),
    ).toBe(true);
  });
});

describe('the window in memory', () => {
  it('gives the minutes of a range, each its last snapshot', async () => {
    const window = memoryWindow();
    const session = aSession({ minutes: 5 });
    for (const snapshot of session) await window.putMinute(snapshot, 0);
    const [, second, third] = session.map(({ timestamp }) => epochMs(timestamp));
    const { exchange } = session[0]!;
    expect(await window.minutes(exchange, '2025-12-04', second!, third!)).toEqual(session.slice(1, 3));
    const newer = { ...session[1]!, underlying_price: 1 };
    await window.putMinute(newer, 0);
    expect(await window.minutes(exchange, '2025-12-04', second!, second!)).toEqual([newer]);
  });
});

describe('spentBetween', () => {
  it('adds up the cloud, the named functions and all others, for one of many', () => {
    const before = new Map([['cloud', 100]]);
    const after = new Map([
      ['cloud', 300],
      ['x-scorerequest-1', 50],
      ['x-other', 20],
    ]);
    expect(spentBetween(before, after, { scoring: /scorerequest/ }, 10)).toEqual({
      cloud: 20,
      scoring: 5,
      others: 2,
    });
  });
});

describe('targets', () => {
  it('says each figure beside its target and remembers what was missed', () => {
    const lines: string[] = [];
    const page = targets((line) => lines.push(line));
    page.most('time', 2, 3, 'ms');
    page.least('rate', 99.94, 150, 'answers/s');
    page.holds('whole', true);
    expect(lines).toEqual([
      'ok     time: 2 ms (at most 3)',
      'missed rate: 99.9 answers/s (at least 150)',
      'ok     whole',
    ]);
    expect(page.met()).toEqual({ targets_met: false, missed: ['rate'] });
  });
});
