import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWire, invocationSchema, toWire } from '../../../../shared/domain/scoring/invocation.ts';

describe('numbers on the wire', () => {
  it('come through JSON with every bit', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const read = fromWire(JSON.parse(JSON.stringify(toWire(value))));
        expect(Object.is(read, value)).toBe(true);
      }),
      { numRuns: 5000, examples: [[-0], [Number.NaN], [Number.POSITIVE_INFINITY], [5e-324]] },
    );
  });

  it('are words where JSON has none', () => {
    expect([Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, 0.1].map(toWire)).toEqual([
      null,
      '-Infinity',
      '-0',
      0,
      0.1,
    ]);
  });
});

describe('an invocation', () => {
  const good = {
    schema: 1,
    bundle_hash: 'a'.repeat(64),
    features: [1, null, 'Infinity'],
    regime_state: null,
  };

  it('names its bundle, and has a value for each feature', () => {
    expect(invocationSchema.parse(good)).toEqual(good);
  });

  it.each([
    ['schema', { schema: 2 }],
    ['bundle_hash', { bundle_hash: 'short' }],
    ['features', { features: [] }],
    ['features', { features: ['many'] }],
    ['regime_state', { regime_state: [] }],
    ['', { more: 1 }],
  ])('is refused for a wrong %s', (field, change) => {
    const { success, error } = invocationSchema.safeParse({ ...good, ...change });
    expect(success).toBe(false);
    expect(String(error!.issues[0]!.path[0] ?? '')).toBe(field);
  });
});
