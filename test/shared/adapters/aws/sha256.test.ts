import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../../../shared/adapters/aws/sha256.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string());
const data = fc.oneof(text, fc.uint8Array({ maxLength: 200 }));
/** The same bytes somewhere inside a larger buffer. */
const within = (bytes: Uint8Array) => {
  const larger = new Uint8Array(bytes.length + 10);
  larger.set(bytes, 5);
  return larger.subarray(5, 5 + bytes.length);
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('Sha256', () => {
  it('is the platform’s hash of all pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(data, { maxLength: 4 }), async (pieces) => {
        const [ours, theirs] = [new Sha256(), createHash('sha256')];
        for (const piece of pieces) {
          ours.update(typeof piece === 'string' ? piece : within(piece));
          theirs.update(piece);
        }
        expect(hex(await ours.digest())).toBe(theirs.digest('hex'));
      }),
    );
  });

  it('is the platform’s HMAC under any secret, used once or again', async () => {
    await fc.assert(
      fc.asyncProperty(data, fc.array(data, { maxLength: 3 }), async (secret, pieces) => {
        const given = typeof secret === 'string' ? secret : within(secret);
        const theirs = createHmac('sha256', secret);
        for (const piece of pieces) theirs.update(piece);
        const expected = theirs.digest('hex');
        for (let time = 0; time < 2; time += 1) {
          const ours = new Sha256(given);
          for (const piece of pieces) ours.update(piece);
          expect(hex(await ours.digest())).toBe(expected);
        }
      }),
    );
  });

  it('keeps one secret from another, however many there are', async () => {
    for (let at = 0; at < 40; at += 1) {
      const mac = new Sha256(`secret ${at % 20}`);
      mac.update('text');
      const expected = createHmac('sha256', `secret ${at % 20}`)
        .update('text')
        .digest('hex');
      expect(hex(await mac.digest())).toBe(expected);
    }
  });

  it('takes a buffer, and begins anew after a reset', async () => {
    const hash = new Sha256();
    hash.update('other');
    hash.reset();
    hash.update(Uint8Array.of(1, 2, 3).buffer);
    expect(hex(await hash.digest())).toBe(
      createHash('sha256')
        .update(Uint8Array.of(1, 2, 3))
        .digest('hex'),
    );
  });
});
