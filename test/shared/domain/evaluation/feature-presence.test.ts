import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePresence } from '../../../../shared/domain/evaluation/feature-presence.ts';

const days = (...known: number[]) => known.map((count) => ({ rows: 10, known: count }));

describe('how a feature comes and goes', () => {
  it('compares the newest stretch with the poorest before it', () =>
    expect(featurePresence(days(10, 0, 0, 10, 4, 6), 2)).toEqual({
      ...{ newest: 0.5, least_before: 0, sessions: 2 },
    }));
  it('weighs sessions by their rows', () =>
    expect(featurePresence([{ rows: 30, known: 30 }, { rows: 10, known: 0 }, ...days(1, 1)], 2)).toEqual({
      ...{ newest: 0.1, least_before: 0.75, sessions: 2 },
    }));
  it('knows nothing with fewer than two stretches, or without a row', () => {
    expect(featurePresence(days(1, 2, 3), 2)).toBeNull();
    expect(featurePresence(days(1, 2), 0)).toBeNull();
    expect(featurePresence([{ rows: 0, known: 0 }, ...days(1)], 1)).toBeNull();
  });
  it('finds a feature that is there evenly as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 5 }), (known, stretch) => {
        const even = days(...Array.from({ length: 3 * stretch }, () => known));
        const found = featurePresence(even, stretch);
        expect(found?.newest).toBeCloseTo(found?.least_before as number, 12);
      }),
    );
  });
});
