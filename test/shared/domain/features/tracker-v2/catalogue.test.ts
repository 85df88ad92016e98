import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureNames, featureUid } from '../../../../../shared/domain/features/feature-set.ts';
import { AT, TRACKER_V2_NAMES } from '../../../../../shared/domain/features/tracker-v2/names.ts';
import { computeTrackerV2, TRACKER_V2 } from '../../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowOf } from '../../../../../shared/domain/features/window.ts';
import type { StoredSnapshot } from '../../../../../shared/domain/market/snapshot.ts';
import { aSession } from '../../../../factories/session.ts';
import { someTerms } from '../../../../factories/window.ts';

function vectorOf(session: readonly StoredSnapshot[]): Float64Array {
  const vector = computeTrackerV2(windowOf(session, someTerms()));
  if ('error' in vector) throw new Error(vector.error);
  return vector.features;
}

describe('the catalogue of tracker-v2', () => {
  it('describes the 78 features, each once, in vector order', () => {
    expect(featureNames(TRACKER_V2)).toEqual([...TRACKER_V2_NAMES]);
    expect(new Set(TRACKER_V2_NAMES).size).toBe(78);
    expect(TRACKER_V2_NAMES.every((name, index) => AT[name] === index)).toBe(true);
  });

  it.each(TRACKER_V2.catalogue.map((spec) => [spec.name, spec] as const))('%s is described', (_, spec) => {
    expect(spec.unit).not.toBe('');
    expect(spec.missing).not.toBe('');
    expect(spec.source).toMatch(/^FEATURES.md 4\.[1-9]$/);
    expect(spec.formula.length).toBeGreaterThan(7);
    expect(spec.formula).not.toContain('\n');
    expect(spec.lookBackMinutes).toBeLessThanOrEqual(TRACKER_V2.windowMinutes);
  });

  it('tells the truth about look-back: older snapshots change no feature', () => {
    const session = aSession({ minutes: 41, seed: 3 });
    const vector = vectorOf(session);
    for (const minutes of new Set(TRACKER_V2.catalogue.map((spec) => spec.lookBackMinutes))) {
      const others = aSession({ minutes: 41, seed: 4 });
      const mixed = session.map((snapshot, i) => (40 - i > minutes ? others[i]! : snapshot));
      const changed = vectorOf(mixed);
      for (const [i, spec] of TRACKER_V2.catalogue.entries()) {
        if (spec.lookBackMinutes <= minutes)
          expect(changed[i], `${spec.name}, ${minutes} min`).toBe(vector[i]);
      }
    }
  });

  it('looks back: the price features do depend on the minutes they name', () => {
    const session = aSession({ minutes: 41, seed: 3 });
    for (const minutes of [5, 10, 20, 30] as const) {
      const moved = session.map((snapshot, i) =>
        40 - i === minutes ? { ...snapshot, underlying_price: 20_000 } : snapshot,
      );
      expect(vectorOf(moved)[AT[`price_momentum_${minutes}`]]).not.toBe(
        vectorOf(session)[AT[`price_momentum_${minutes}`]],
      );
    }
  });

  it('identifies a row by exchange, time and set', () => {
    expect(featureUid('NSE', '2025-12-04T07:05:00.000Z', TRACKER_V2.id)).toBe(
      'NSE#2025-12-04T07:05:00.000Z#tracker-v2',
    );
  });
});

describe('any vector of tracker-v2', () => {
  it('has no NaN and no negative zero, and leaves its window as it was', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.1, 0.5), (seed, faults) => {
        const session = aSession({ seed, faults, minutes: 80 });
        const before = JSON.stringify(session);
        const vector = vectorOf(session);
        expect([...vector].some((value) => Number.isNaN(value) || Object.is(value, -0))).toBe(false);
        expect(JSON.stringify(session)).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the order of legs, rounding of sums apart', () => {
    const session = aSession({ minutes: 45, faults: 0.05, seed: 9 });
    const reversed = session.map((snapshot) => ({ ...snapshot, legs: snapshot.legs.toReversed() }));
    const [a, b] = [vectorOf(session), vectorOf(reversed)];
    for (const [i, value] of a.entries()) expect(b[i], TRACKER_V2_NAMES[i]!).toBeCloseTo(value, 9);
  });

  it('keeps flags, shares and scores within their bounds', () => {
    const bounded = TRACKER_V2.catalogue.filter((spec) => /^(flag|-?[01]\.\.1)$/.test(spec.unit));
    const macro = new Set(['macro_banknifty_corr', 'macro_risk_on_score', 'news_sentiment_score']);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const vector = vectorOf(aSession({ seed, faults: 0.1, minutes: 80 }));
        for (const { name, unit } of bounded) {
          if (macro.has(name)) continue;
          const value = vector[AT[name as keyof typeof AT]]!;
          expect(value, name).toBeLessThanOrEqual(1);
          expect(value, name).toBeGreaterThanOrEqual(unit.startsWith('-') ? -1 : 0);
          if (unit === 'flag') expect([0, 1], name).toContain(value);
        }
      }),
      { numRuns: 20 },
    );
  });
});
