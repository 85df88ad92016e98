import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedJson } from '../../../../bench/parts/fuzz/harm.ts';

const shared = { a: 1 };

describe('changedJson', () => {
  it('puts what a change brings, however often it is brought', () => {
    // Place 0 is the value itself, place 1 its first member.
    const change = (at: number) => ({ at, how: 'other' as const, with: shared });
    expect(changedJson({ x: 2 }, [change(0), change(1)], null, 0)).toBe('{"a":{"a":1}}');
    expect(changedJson({ x: 2 }, [change(0), change(1), change(2)], null, 0)).toBe('{"a":{"a":{"a":1}}}');
    expect(shared).toEqual({ a: 1 });
  });

  it('is the same text for the same changes, and never runs for ever', () => {
    const kinds = fc.constantFrom('drop' as const, 'other' as const, 'twice' as const, 'add' as const);
    const values = fc.constantFrom<unknown>(shared, [[]], [null], {}, 'text');
    const changes = fc.array(fc.record({ at: fc.nat(), how: kinds, with: values }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), changes, fc.nat(), (value, made, at) => {
        const first = changedJson(value, made, null, at);
        expect(changedJson(value, made, null, at)).toBe(first);
        expect(shared).toEqual({ a: 1 });
      }),
    );
  });
});
