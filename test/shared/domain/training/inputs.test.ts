import { describe, expect, it } from 'vitest';
import { referenceProfileSchema } from '../../../../shared/domain/scoring/reference.ts';
import { NO_LABEL } from '../../../../shared/domain/training/classes.ts';
import { measure } from '../../../../shared/domain/training/metrics.ts';
import { modelMatrix, modelValue } from '../../../../shared/domain/training/model-matrix.ts';
import { referenceProfile } from '../../../../shared/domain/training/reference-profile.ts';
import { fitSelector } from '../../../../shared/domain/training/selector.ts';
import { FEWEST_ROWS, labelledRows } from '../../../../shared/domain/training/trainable.ts';

describe('modelValue', () => {
  it('makes float32 values: infinities the largest ones, NaN stays', () => {
    expect(modelValue(Number.POSITIVE_INFINITY)).toBe(3.4028234663852886e38);
    expect(modelValue(Number.NEGATIVE_INFINITY)).toBe(-3.4028234663852886e38);
    expect(modelValue(1e300)).toBe(3.4028234663852886e38);
    expect(modelValue(0.1)).toBe(Math.fround(0.1));
    expect(modelValue(Number.NaN)).toBeNaN();
  });

  it('is refused when the shape does not fit', () => {
    expect(() => modelMatrix(new Float64Array(5), 2, 3)).toThrow(
      'features: expected 2 rows x 3 features, was 5 values',
    );
    expect([...modelMatrix(Float64Array.of(1, 2), 1, 2)]).toEqual([1, 2]);
  });
});

describe('fitSelector', () => {
  const nan = Number.NaN;
  const matrix = Float32Array.of(1, 7, nan, nan, 2, 7, nan, 3);

  it('drops what cannot tell rows apart and says why', () => {
    expect(fitSelector(['a', 'b', 'c', 'd'], matrix, Int32Array.of(0, 1))).toEqual({
      features: ['a', 'b', 'c', 'd'],
      kept: [0, 3],
      dropped: [
        { feature: 'b', reason: 'constant' },
        { feature: 'c', reason: 'missing throughout' },
      ],
    });
  });

  it('looks at the given rows only', () => {
    expect(() => fitSelector(['a', 'b', 'c', 'd'], matrix, Int32Array.of(1))).toThrow(
      'features: expected at least one that varies, was: a constant, b constant, c missing throughout',
    );
  });
});

describe('labelledRows', () => {
  const targets = (count: number, value: (row: number) => number) =>
    Int8Array.from({ length: count }, (_, row) => value(row));

  it('gives the rows with a label', () => {
    const rows = labelledRows(targets(FEWEST_ROWS + 2, (row) => (row < 2 ? NO_LABEL : (row % 3) - 1)));
    expect(rows).toHaveLength(FEWEST_ROWS);
    expect(rows[0]).toBe(2);
  });

  it('names the reason when nothing can be learnt', () => {
    const none = 'rows: expected at least 120 with a label, was none';
    expect(() => labelledRows(new Int8Array(0))).toThrow(none);
    expect(() => labelledRows(targets(50, (row) => row % 2))).toThrow(
      'rows: expected at least 120 with a label, was 50',
    );
    expect(() => labelledRows(targets(200, () => NO_LABEL))).toThrow(none);
    expect(() => labelledRows(targets(200, () => 0))).toThrow(
      'target: expected at least two classes, was HOLD only',
    );
    expect(() => labelledRows(targets(200, (row) => row % 3))).toThrow('target: expected -1, 0 or 1, was 2');
  });
});

describe('referenceProfile', () => {
  const column = [...Array.from({ length: 100 }, (_, at) => at), Number.NaN, Number.POSITIVE_INFINITY];
  const rows = Int32Array.from(column.keys());

  it('has ten even bins, and shares that add up to one', () => {
    const { features } = referenceProfile(['x'], column, rows);
    const [profile] = features;
    expect(profile?.edges).toHaveLength(9);
    for (const fraction of profile?.fractions ?? []) expect(fraction).toBeCloseTo(10 / 102, 12);
    expect(profile).toMatchObject({
      mean: 49.5,
      missing: 1 / 102,
      positive_infinity: 1 / 102,
      negative_infinity: 0,
    });
    const total = (profile?.fractions ?? []).reduce((sum, value) => sum + value, 0) + 2 / 102;
    expect(total).toBeCloseTo(1, 12);
  });

  it('gives fewer bins where values repeat, one to a constant', () => {
    const flags = [...new Array<number>(80).fill(0), ...new Array<number>(20).fill(1)];
    const profile = referenceProfile(['flag'], flags, Int32Array.from(flags.keys())).features[0];
    expect(profile).toMatchObject({ edges: [0], fractions: [0.8, 0.2] });
    const flat = referenceProfile(['flat'], [5, 5, 5], Int32Array.of(0, 1, 2)).features[0];
    expect(flat).toMatchObject({ edges: [], fractions: [1], mean: 5, standard_deviation: 0 });
  });

  it('says nothing about a feature that is never there', () => {
    const profile = referenceProfile(['gone'], [Number.NaN], Int32Array.of(0)).features[0];
    expect(profile).toMatchObject({ mean: null, standard_deviation: null, missing: 1, fractions: [0] });
  });

  it('is what scoring and drift read', () => {
    expect(() => referenceProfileSchema.parse(referenceProfile(['x'], column, rows))).not.toThrow();
  });
});

describe('measure', () => {
  it('puts the measures of one set of rows together', () => {
    const metrics = measure(
      Float64Array.of(0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4),
      Int32Array.of(0, 1, 0),
    );
    expect(metrics).toMatchObject({ rows: 3, accuracy: 2 / 3, confusion: [1, 0, 1, 0, 1, 0, 0, 0, 0] });
    expect(metrics.auc).toEqual({ sell: 1, hold: 1, buy: null });
    expect(metrics.base_log_loss).toBeCloseTo(-(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3), 12);
  });
});
