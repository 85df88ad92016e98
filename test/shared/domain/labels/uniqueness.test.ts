import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelEndMs, sampleUniqueness } from '../../../../shared/domain/labels/uniqueness.ts';

const minutes = (count: number) => Float64Array.from({ length: count }, (_, at) => at * 60_000);

describe('sampleUniqueness', () => {
  it('shares rows that several labels cover', () => {
    expect([...sampleUniqueness([0, 60_000, 120_000], [2, 1, 1])]).toEqual([0.75, 0.5, 1]);
  });

  it('leaves labels that do not overlap whole', () => {
    expect([...sampleUniqueness(minutes(5), new Float64Array(5).fill(1))]).toEqual([1, 1, 1, 1, 1]);
  });

  it('finds about 26 independent ones in a session of 15-minute labels', () => {
    const weights = sampleUniqueness(minutes(375), new Float64Array(375).fill(15));
    expect(weights[200]).toBeCloseTo(1 / 15, 12);
    const effective = weights.reduce((sum, weight) => sum + weight, 0);
    expect(effective / 375).toBeCloseTo(0.07, 2);
    expect(effective).toBeGreaterThan(25);
    expect(effective).toBeLessThan(28);
  });

  it('lies in (0, 1] and equals the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 }), (spans) => {
        const weights = sampleUniqueness(minutes(spans.length), spans);
        const covers = (label: number, row: number) => row > label && row <= label + spans[label]!;
        spans.forEach((_, label) => {
          const rows = spans.map((_, row) => row).filter((row) => covers(label, row));
          const shares = rows.map((row) => 1 / spans.filter((_, other) => covers(other, row)).length);
          const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
          expect(weights[label]).toBeCloseTo(rows.length === 0 ? 1 : mean, 12);
          expect(weights[label]).toBeGreaterThan(0);
          expect(weights[label]).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('counts minutes, whatever second of its minute a row was taken in', () => {
    const shape = fc.array(
      fc.record({ span: fc.integer({ min: 1, max: 15 }), second: fc.nat(59), isLost: fc.boolean() }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(shape, (minutes) => {
        const rows = minutes.map((row, minute) => ({ ...row, minute })).filter(({ isLost }) => !isLost);
        const spans = rows.map(({ span }) => span);
        const whole = rows.map(({ minute }) => minute * 60_000);
        const taken = rows.map(({ minute, second }) => minute * 60_000 + second * 1000);
        expect(sampleUniqueness(taken, spans)).toEqual(sampleUniqueness(whole, spans));
      }),
    );
  });

  it('of a session is the same alone and among others', () => {
    const day = 86_400_000;
    const spans = [3, 2, 5, 1, 4];
    const times = spans.map((_, minute) => minute * 60_000);
    const alone = sampleUniqueness(times, spans);
    const among = sampleUniqueness(
      [0, 1, 2].flatMap((date) => times.map((time) => time + date * day)),
      [...spans, ...spans, ...spans],
    );
    alone.forEach((weight, at) => {
      for (const date of [0, 1, 2]) expect(among[date * spans.length + at]).toBeCloseTo(weight, 12);
    });
  });

  it('of nothing is nothing', () => {
    expect([...sampleUniqueness([], [])]).toEqual([]);
  });
});

describe('labelEndMs', () => {
  it('is the last moment of the minute a span ends in', () => {
    expect(labelEndMs(20_000, 5)).toBe(359_999);
    expect(labelEndMs(0, 5)).toBe(359_999);
    expect(labelEndMs(59_999, 0)).toBe(59_999);
  });
});
