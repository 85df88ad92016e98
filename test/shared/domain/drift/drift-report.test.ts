import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftPolicy, parseDrift } from '../../../../shared/config/drift.ts';
import { type DriftInput, driftReport } from '../../../../shared/domain/drift/drift-report.ts';
import { allShares, liveProfile } from '../../../../shared/domain/drift/live-profile.ts';
import { meanShift } from '../../../../shared/domain/drift/rules/mean-shift.ts';
import { missingValues } from '../../../../shared/domain/drift/rules/missing-values.ts';
import { psi } from '../../../../shared/domain/drift/rules/psi.ts';
import { referenceProfileSchema } from '../../../../shared/domain/scoring/reference.ts';
import { referenceProfile } from '../../../../shared/domain/training/reference-profile.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';

const NAMES = Array.from({ length: 20 }, (_, i) => `feature_${i}`);

/** Bell-like values around i, deviation about 1. */
function rows(count: number, seed: number): number[][] {
  const next = seededUniform(seed);
  const bell = () => (next() + next() + next() + next() - 2) * Math.sqrt(3);
  return Array.from({ length: count }, () => NAMES.map((_, i) => i + bell()));
}

const training = rows(4000, 1);
const reference = referenceProfileSchema.parse(
  referenceProfile(NAMES, training.flat(), Int32Array.from(training.keys())),
);

function report(live: readonly number[][], change: Partial<DriftInput> = {}) {
  return driftReport({
    exchange: 'NSE',
    model_version: 'v1',
    against: 'live',
    at: '2026-01-05T10:00:00.000Z',
    reference,
    names: NAMES,
    rows: live,
    policy: driftPolicy(),
    ...change,
  });
}

describe('report', () => {
  test('more of the same is steady', () => {
    const result = report(rows(500, 2));
    expect(result).toMatchObject({ status: 'steady', drifted: 0, watched: 0, rows: 500, features: 20 });
    expect(result.top).toHaveLength(10);
  });
  test('a feed that moved has drifted, and the report names what moved', () => {
    const moved = rows(500, 3).map((row) => row.map((value, i) => (i < 3 ? value + 5 : value)));
    const result = report(moved);
    expect(result).toMatchObject({ status: 'drifted', drifted: 3, drifted_share: 0.15 });
    expect(
      result.top
        .slice(0, 3)
        .map((one) => one.feature)
        .sort(),
    ).toEqual(['feature_0', 'feature_1', 'feature_2']);
    expect(result.top[0]?.mean_shift).toBeGreaterThan(4);
    expect(result.why).toMatch(
      /^3 of 20 features drifted and 0 are watched over 500 rows; most of all feature_/,
    );
  });
  test('a quiet hour is narrower than training: watched, not drifted', () => {
    const quiet = rows(500, 4).map((row) => row.map((value, i) => i + 0.2 + (value - i) / 20));
    expect(report(quiet)).toMatchObject({ status: 'watch', drifted: 0, watched: 20 });
  });
  test('values that went missing have drifted', () => {
    const holes = rows(500, 5).map((row, at) =>
      row.map((value, i) => (i === 7 && at % 2 === 0 ? Number.NaN : value)),
    );
    const result = report(holes);
    expect(result).toMatchObject({ status: 'drifted', drifted: 1 });
    expect(result.top[0]).toMatchObject({ feature: 'feature_7', status: 'drifted' });
    expect(result.top[0]?.missing_increase).toBeCloseTo(0.5, 12);
  });
  test('one feature of many is not the exchange', () => {
    const policy = { ...driftPolicy(), drifted_share: 0.5 };
    const moved = rows(500, 6).map((row) => row.map((value, i) => (i === 0 ? value + 5 : value)));
    expect(report(moved, { policy })).toMatchObject({ status: 'watch', drifted: 1 });
  });
  test('too few rows say so, whatever they hold', () => {
    const result = report(rows(29, 7).map((row) => row.map((value) => value + 100)));
    expect(result).toMatchObject({ status: 'too_few_rows', drifted: 0, top: [] });
    expect(result.why).toContain('Only 29 live rows, at least 30');
  });
  test('a live row without a feature is an error that names it', () =>
    expect(() => report(rows(500, 8), { names: NAMES.slice(1) })).toThrow('expected feature feature_0'));
  test('other columns and another order change nothing', () => {
    const live = rows(200, 9);
    const shuffled = live.map((row) => [42, ...row.toReversed()]);
    expect(report(shuffled, { names: ['extra', ...NAMES.toReversed()] })).toEqual(report(live));
  });
  test('survives JSON', () => {
    const constant = referenceProfile(
      ['flat'],
      new Array(100).fill(1),
      Int32Array.from(new Array(100).keys()),
    );
    const live = Array.from({ length: 50 }, () => [2]);
    const result = report(live, { reference: referenceProfileSchema.parse(constant), names: ['flat'] });
    expect(result).toMatchObject({ status: 'drifted', drifted: 1 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe('rules', () => {
  const feature = reference.features[4]!;
  const policy = driftPolicy();
  test('shares of a live profile add up to one, odd values apart', () => {
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.double()), { minLength: 1 }), (values) => {
        const sum = allShares(liveProfile(values, feature)).reduce((total, share) => total + share, 0);
        expect(sum).toBeCloseTo(1, 9);
      }),
    );
  });
  test('training data against itself is at rest', () => {
    const live = liveProfile(
      training.map((row) => row[4] as number),
      feature,
    );
    expect(psi(feature, live, policy)).toMatchObject({ breached: false });
    expect(psi(feature, live, policy).value).toBeCloseTo(0, 9);
    expect(meanShift(feature, live, policy).value).toBeCloseTo(0, 9);
    expect(missingValues(feature, live, policy).value).toBe(0);
  });
  test('a larger move never looks smaller', () => {
    const sample = rows(300, 10).map((row) => row[4] as number);
    const shift = (by: number) =>
      meanShift(
        feature,
        liveProfile(
          sample.map((value) => value + by),
          feature,
        ),
        policy,
      ).value;
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (a, b) => {
          expect(shift(a + b)).toBeGreaterThanOrEqual(shift(a) - 1e-9);
        },
      ),
    );
  });
  test('all missing has no mean to shift', () => {
    const live = liveProfile([Number.NaN, Number.NaN], feature);
    expect(meanShift(feature, live, policy)).toMatchObject({ value: 0, breached: false });
    expect(missingValues(feature, live, policy)).toMatchObject({ value: 1, breached: true });
  });
});

test('a wrong policy is refused by key', () =>
  expect(() => parseDrift({ ...driftPolicy(), drifted_share: 0 })).toThrow(/drifted_share: .* was 0/));
