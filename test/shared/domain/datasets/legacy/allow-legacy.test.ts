import { describe, expect, it } from 'vitest';
import { refuseLegacy } from '../../../../../shared/domain/datasets/legacy/allow-legacy.ts';

describe('refuseLegacy', () => {
  it.each([
    [false, false],
    [false, true],
    [true, true],
  ])('lets pass legacy %s where allowed is %s', (legacy, allowed) => {
    expect(() => refuseLegacy({ version: 'v', legacy }, allowed)).not.toThrow();
  });

  it('refuses an imported version, and says what would allow it', () => {
    expect(() => refuseLegacy({ version: 'legacy-7', legacy: true }, false)).toThrow(
      expect.objectContaining({
        name: 'RejectedInput',
        message: expect.stringMatching(/--allow-legacy.*legacy-7/),
      }),
    );
  });
});
