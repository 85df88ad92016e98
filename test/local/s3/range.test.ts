import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../local/s3/range.ts';

describe('parseRange', () => {
  it('is undefined without a header', () => {
    expect(parseRange(undefined, 10)).toBeUndefined();
  });

  it('stays within the object, or throws InvalidRange', () => {
    const bound = fc.option(fc.nat(30), { nil: '' });
    fc.assert(
      fc.property(bound, bound, fc.nat(20), (first, last, size) => {
        const read = () => parseRange(`bytes=${first}-${last}`, size);
        const isBroken = (first === '' && last === '') || (first !== '' && last !== '' && last < first);
        if (isBroken) {
          expect(read()).toBeUndefined();
          return;
        }
        const isWithin = first === '' ? Number(last) > 0 && size > 0 : Number(first) < size;
        if (!isWithin) {
          expect(read).toThrow(`expected a range within ${size} bytes`);
          return;
        }
        const bytes = Array.from({ length: size }, (_, n) => n);
        const wanted =
          first === ''
            ? bytes.slice(-Number(last))
            : bytes.slice(Number(first), last === '' ? size : Number(last) + 1);
        expect(read()).toEqual({ start: wanted[0], end: wanted.at(-1) });
      }),
    );
  });
});
