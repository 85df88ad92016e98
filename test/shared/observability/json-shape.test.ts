import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeProblem } from '../../../shared/observability/json-shape.ts';

const PLENTY = { depth: 1000, values: 1_000_000 };
const bytes = (text: string) => Buffer.from(text);

/** Brackets inside each other, and members and elements with the brackets themselves, of a value. */
function shapeOf(json: unknown): { depth: number; values: number } {
  if (typeof json !== 'object' || json === null) return { depth: 0, values: 0 };
  const inner = Object.values(json).map(shapeOf);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    values: 1 + Math.max(0, inner.length - 1) + inner.reduce((sum, { values }) => sum + values, 0),
  };
}

describe('shapeProblem', () => {
  it('counts what a parser would find, whatever the texts hold', () => {
    const json = fc.json({ maxDepth: 6, stringUnit: fc.constantFrom('"', '\\', '[', '{', ',', 'é', 'a') });
    fc.assert(
      fc.property(json, (text) => {
        const { depth, values } = shapeOf(JSON.parse(text));
        expect(shapeProblem(bytes(text), { depth, values })).toBeUndefined();
        if (depth > 0)
          expect(shapeProblem(bytes(text), { ...PLENTY, depth: depth - 1 })).toContain('brackets');
        if (values > 0)
          expect(shapeProblem(bytes(text), { ...PLENTY, values: values - 1 })).toContain('values');
      }),
    );
  });

  it('says what is expected', () => {
    expect(shapeProblem(bytes('[[1]]'), { depth: 1, values: 9 })).toBe(
      'expected at most 1 brackets inside each other, was more',
    );
  });

  it('ends for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        expect(shapeProblem(any, PLENTY)).toBeUndefined();
      }),
    );
    expect(shapeProblem(bytes('"never closed \\'), PLENTY)).toBeUndefined();
  });
});
