import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortWhy } from '../../../cli/explain/short-why.ts';

const SENTENCE =
  'BUY at 61.0 % against SELL at 20.0 % in regime 1 (87 %), driven by pcr_total_oi 1.31 (2.4 deviations above';

describe('the why of a list', () => {
  it.each([
    ['HOLD because no model is live.', 'HOLD because no model is live.'],
    [
      `${SENTENCE}.`,
      'BUY at 61.0 % against SELL at 20.0 % in regime 1 (87 %), driven by pcr_total_oi 1.31 (2.4 ...',
    ],
    [
      `${SENTENCE}; not to be executed because the size is below one lot.`,
      'BUY at 61.0 % against SELL at 20.0 % ...; not to be executed because the size is below one lot.',
    ],
    ['a'.repeat(120), `${'a'.repeat(96)} ...`],
  ])('%s', (rationale, shown) => expect(shortWhy(rationale, 100)).toBe(shown));

  it('gives the room that there is to what speaks against it', () => {
    const rationale = `${SENTENCE}; not to be executed because the size is below one lot.`;
    expect(shortWhy(rationale, 94)).toBe('not to be executed because the size is below one lot.');
    expect(shortWhy(rationale, 40)).toBe('not to be executed because the size ...');
  });

  it('is at most 70 characters, whole words from the front', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, (list) => {
        const text = list.join(' ');
        const shown = shortWhy(text);
        expect(shown.length).toBeLessThanOrEqual(70);
        const kept = shown.endsWith(' ...') ? shown.slice(0, -' ...'.length) : shown;
        expect(`${text} `.startsWith(`${kept} `)).toBe(true);
      }),
    );
  });
});
