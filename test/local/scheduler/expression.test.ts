import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestWithin, parseRecurrence } from '../../../local/scheduler/expression.ts';

const INDIA = 'Asia/Kolkata';

/** The next instants after `from`, as ISO text. */
function next(expression: string, from: string, count: number, timezone = INDIA): Array<string | null> {
  const recurrence = parseRecurrence({ expression, timezone, anchorMs: 0 });
  const instants: Array<string | null> = [];
  let afterMs: number | null = Date.parse(from);
  while (instants.length < count && afterMs !== null) {
    afterMs = recurrence.nextAfter(afterMs);
    instants.push(afterMs === null ? null : new Date(afterMs).toISOString());
  }
  return instants;
}

describe('cron(..)', () => {
  it('is due on weekdays at 16:00 in India', () => {
    const expected = ['2025-12-04T10:30:00.000Z', '2025-12-05T10:30:00.000Z', '2025-12-08T10:30:00.000Z'];
    expect(next('cron(0 16 ? * MON-FRI *)', '2025-12-04T00:00:00Z', 3)).toEqual(expected);
    expect(next('cron(0 16 ? * 2-6 *)', '2025-12-04T00:00:00Z', 3)).toEqual(expected);
  });

  it('takes 0/15 as every fifteen minutes', () => {
    expect(next('cron(0/15 9-15 ? * MON-FRI *)', '2025-12-05T10:00:00Z', 4)).toEqual([
      '2025-12-05T10:15:00.000Z',
      '2025-12-08T03:30:00.000Z',
      '2025-12-08T03:45:00.000Z',
      '2025-12-08T04:00:00.000Z',
    ]);
    expect(next('cron(5/30 16 * * ? *)', '2025-12-05T00:00:00Z', 2)).toEqual([
      '2025-12-05T10:35:00.000Z',
      '2025-12-05T11:05:00.000Z',
    ]);
  });

  it('knows the last day, the nth and the last weekday, and years', () => {
    expect(next('cron(30 8 L * ? *)', '2025-02-01T00:00:00Z', 1)).toEqual(['2025-02-28T03:00:00.000Z']);
    expect(next('cron(30 8 ? * 6#3 *)', '2025-01-01T00:00:00Z', 1)).toEqual(['2025-01-17T03:00:00.000Z']);
    expect(next('cron(30 8 ? * 5L *)', '2025-12-01T00:00:00Z', 1)).toEqual(['2025-12-25T03:00:00.000Z']);
    expect(next('cron(0 0 1 1 ? 2025-2026)', '2024-06-01T00:00:00Z', 3, 'UTC')).toEqual([
      '2025-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      null,
    ]);
  });

  it('keeps the hour of the wall over a change of summer time', () => {
    expect(next('cron(0 9 * * ? *)', '2025-03-28T23:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2025-03-29T08:00:00.000Z',
      '2025-03-30T07:00:00.000Z',
    ]);
  });
});

describe('rate(..) and at(..)', () => {
  it('counts a rate from its anchor', () => {
    const recurrence = parseRecurrence({ expression: 'rate(15 minutes)', timezone: INDIA, anchorMs: 1_000 });
    expect(recurrence.nextAfter(1_000)).toBe(901_000);
    expect(recurrence.nextAfter(901_000)).toBe(1_801_000);
    expect(recurrence.nextAfter(900_999)).toBe(901_000);
    expect(recurrence.nextAfter(-5_000_000)).toBe(901_000);
  });

  it('is due once, at the wall time of the zone', () => {
    expect(next('at(2025-12-04T16:00:00)', '2025-01-01T00:00:00Z', 2)).toEqual([
      '2025-12-04T10:30:00.000Z',
      null,
    ]);
  });
});

describe('latestWithin', () => {
  it('finds the last instant in (after, until], as stepping through all does', () => {
    const hours = fc.integer({ min: 0, max: 24 * 40 });
    fc.assert(
      fc.property(
        hours,
        hours,
        fc.constantFrom('rate(7 hours)', 'rate(3 days)', 'rate(50 minutes)'),
        (a, b, rate) => {
          const recurrence = parseRecurrence({ expression: rate, timezone: INDIA, anchorMs: 0 });
          const [afterMs, untilMs] = [Math.min(a, b) * 3_600_000, Math.max(a, b) * 3_600_000];
          let expected: number | null = null;
          for (
            let at = recurrence.nextAfter(afterMs);
            at !== null && at <= untilMs;
            at = recurrence.nextAfter(at)
          ) {
            expected = at;
          }
          expect(latestWithin(recurrence, afterMs, untilMs)).toBe(expected);
        },
      ),
    );
  });
});

describe('a wrong expression', () => {
  it.each([
    ['every day', 'expected rate(..), cron(..) or at(..), was every day'],
    ['rate(0 minutes)', 'expected a valid rate(..), was rate(0 minutes)'],
    ['rate(5 weeks)', 'was rate(5 weeks)'],
    ['cron(0 16 * * MON-FRI)', 'six fields, was 5'],
    ['cron(0 16 * * MON-FRI *)', 'one ? in day of month or day of week'],
    ['cron(99 16 ? * MON-FRI *)', 'Invalid value for minute: 99'],
    ['at(2025-12-04 16:00)', 'yyyy-mm-ddThh:mm:ss'],
  ])('%s is refused', (expression, message) => {
    expect(() => parseRecurrence({ expression, timezone: INDIA, anchorMs: 0 })).toThrow(message);
  });

  it('is refused with a zone that does not exist', () => {
    const options = { expression: 'cron(0 16 ? * MON-FRI *)', timezone: 'Asia/Nowhere', anchorMs: 0 };
    expect(() => parseRecurrence(options)).toThrow('Asia/Nowhere');
  });
});
