import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthsBefore } from '../../../../shared/domain/datasets/rolling-window.ts';

describe('monthsBefore', () => {
  it.each([
    ['2025-12-04', 12, '2024-12-05'],
    ['2025-12-04', 6, '2025-06-05'],
    ['2026-08-31', 6, '2026-03-01'],
    ['2024-08-31', 6, '2024-03-01'],
    ['2025-03-31', 9, '2024-07-01'],
    ['2025-01-01', 12, '2024-01-02'],
    ['2025-06-30', 6, '2024-12-31'],
  ])('%s less %i months begins on %s', (date, months, expected) => {
    expect(monthsBefore(date, months)).toBe(expected);
  });

  it('holds between 28 and 31 days a month, and never ends before it begins', () => {
    const day = fc.date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: 6, max: 12 }), (at, months) => {
        const date = at.toISOString().slice(0, 10);
        const days = (Date.parse(date) - Date.parse(monthsBefore(date, months))) / 86_400_000 + 1;
        expect(days).toBeGreaterThanOrEqual(28 * months);
        expect(days).toBeLessThanOrEqual(31 * months);
      }),
    );
  });

  it('moves forward with its date, so that no day comes back into the window', () => {
    const first = Date.parse('2024-01-01');
    let before = '';
    for (let at = 0; at < 800; at++) {
      const from = monthsBefore(new Date(first + at * 86_400_000).toISOString().slice(0, 10), 7);
      expect(from >= before).toBe(true);
      before = from;
    }
  });
});
