import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstKeyBehind, justBehind, laterOf, listEntries, takePage } from '../../../local/s3/listing.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 5 });
const isBefore = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;

describe('firstKeyBehind', () => {
  it('is behind everything that begins with the prefix', () => {
    fc.assert(
      fc.property(anyText, anyText, (prefix, rest) => {
        const behind = firstKeyBehind(prefix);
        if (behind !== undefined) expect(isBefore(prefix + rest, behind)).toBe(true);
      }),
    );
  });

  it('is not behind anything that is behind the prefix and all it begins', () => {
    fc.assert(
      fc.property(anyText, anyText, (prefix, other) => {
        const behind = firstKeyBehind(prefix);
        fc.pre(!other.startsWith(prefix) && isBefore(prefix, other));
        expect(behind).toBeDefined();
        expect(isBefore(other, behind!)).toBe(false);
      }),
    );
  });

  it('steps over surrogates and over the end of Unicode', () => {
    expect(firstKeyBehind('a\ud7ff')).toBe('a\ue000');
    expect(firstKeyBehind('a\u{10ffff}')).toBe('b');
    expect(firstKeyBehind('\u{10ffff}')).toBeUndefined();
    expect(firstKeyBehind('')).toBeUndefined();
  });
});

describe('listEntries', () => {
  it('reads no further than it has to: one row per common prefix', () => {
    const keys = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c'];
    let reads = 0;
    function* scan(fromKey: string) {
      for (const key of keys.filter((candidate) => candidate >= fromKey)) {
        reads += 1;
        yield { key };
      }
    }
    const entries = [...listEntries({ prefix: '', delimiter: '/', fromKey: '', scan })];
    expect(entries).toEqual([{ prefix: 'a/' }, { prefix: 'b/' }, { row: { key: 'c' } }]);
    expect(reads).toBe(3);
  });
});

describe('takePage', () => {
  it.each([
    [0, [], false],
    [1, [1], true],
    [2, [1, 2], true],
    [3, [1, 2, 3], false],
    [4, [1, 2, 3], false],
  ])('of three entries %d', (limit, page, isTruncated) => {
    expect(takePage([1, 2, 3], limit)).toEqual({ page, isTruncated });
  });
});

describe('laterOf and justBehind', () => {
  it('go by bytes, not by UTF-16 units', () => {
    expect(laterOf('ﬀ', '😀')).toBe('😀');
    expect('ﬀ' > '😀').toBe(true);
    expect(isBefore('a', justBehind('a'))).toBe(true);
  });
});
