import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../../cli/explain/wrap.ts';

describe('text in lines', () => {
  it.each([
    ['', 6, []],
    ['to be or not', 6, ['to be', 'or not']],
    ['antidisestablishment of it', 6, ['antidisestablishment', 'of it']],
  ])('%s', (text, width, lines) => expect(wrap(text, width)).toEqual(lines));

  it('loses no word, and breaks only where it must', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 9, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width);
        expect(lines.join(' ')).toBe(list.join(' '));
        for (const [at, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(width);
          const next = lines[at + 1]?.split(' ')[0];
          if (next !== undefined) expect(line.length + 1 + next.length).toBeGreaterThan(width);
        }
      }),
    );
  });
});
