import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ed25519Signer, isSignedBy, newSigningKey } from '../../../../shared/adapters/ed25519/note-signer.ts';
import { base64, bytesOfBase64 } from '../../../../shared/domain/audit/base64.ts';
import {
  checkpointText,
  logOrigin,
  readCheckpoint,
  readVerifierKey,
  signedCheckpoint,
  verifierKeyText,
} from '../../../../shared/domain/audit/checkpoint.ts';

const ROOT = Uint8Array.from({ length: 32 }, (_, at) => at);
const checkpoint = { origin: logOrigin('prod-audit'), size: 1017, root: ROOT };
const signer = ed25519Signer('oi-loop/prod-audit', newSigningKey());

function note(one = checkpoint): string {
  return signedCheckpoint(one, signer.key, signer.sign(new TextEncoder().encode(checkpointText(one))));
}

/** Test vector of the signed-note format's reference implementation (golang.org/x/mod/sumdb/note). */
const GO = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  name: 'PeterNeumann',
};

describe('a verifier key', () => {
  it('is read and written as the format has it', () => {
    const key = readVerifierKey(GO.key);
    expect(key.name).toBe(GO.name);
    expect(verifierKeyText(key)).toBe(GO.key);
    expect(verifierKeyText(readVerifierKey(`${verifierKeyText(signer.key)}\n`))).toBe(
      verifierKeyText(signer.key),
    );
  });

  it.each([
    '',
    'PeterNeumann',
    'Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ABpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ARpc',
  ])('is not %j', (text) => {
    expect(() => readVerifierKey(text)).toThrow(/expected NAME\+ID\+KEY of an Ed25519 key/);
  });

  it('has the id of its own key', () => {
    expect(() => readVerifierKey(GO.key.replace('c74f20a3', 'c74f20a4'))).toThrow(
      /expected the id c74f20a3 of its key, was c74f20a4/,
    );
  });
});

describe('a signed checkpoint', () => {
  it('is a note of three lines and a signature', () => {
    const lines = note().split('\n');
    expect(lines.slice(0, 4)).toEqual(['oi-loop/prod-audit', '1017', base64(ROOT), '']);
    expect(lines[4]).toMatch(/^\u2014 oi-loop\/prod-audit [A-Za-z0-9+/]+=*$/);
    expect(lines.slice(5)).toEqual(['']);
  });

  it('is read back, and its signature holds', () => {
    const read = readCheckpoint(note(), signer.key);
    expect(read.checkpoint).toEqual(checkpoint);
    expect(isSignedBy(signer.key, read)).toBe(true);
  });

  it('is found among the signatures of others', () => {
    const other = ed25519Signer(signer.key.name, newSigningKey());
    const foreign = signedCheckpoint(checkpoint, other.key, other.sign(new Uint8Array())).split('\n')[4];
    const lines = note().split('\n');
    const both = [...lines.slice(0, 4), foreign, lines[4], ''].join('\n');
    expect(isSignedBy(signer.key, readCheckpoint(both, signer.key))).toBe(true);
    expect(isSignedBy(other.key, readCheckpoint(both, other.key))).toBe(false);
    expect(() => readCheckpoint(note(), other.key)).toThrow(/expected a signature of .*, was none/);
  });

  it('shows a change of any byte', () => {
    const good = new TextEncoder().encode(note());
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = good.with(at, (good[at] as number) ^ flip);
        let holds = false;
        try {
          const read = readCheckpoint(new TextDecoder().decode(bytes), signer.key);
          holds = isSignedBy(signer.key, read);
        } catch {
          holds = false;
        }
        // Bytes after the signature's line say nothing.
        expect(holds).toBe(at === good.length - 1 && holds);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['', 'x', 'a\nb\n', 'origin\n01\nAAAA\n\nsig', `origin\n1\n${base64(ROOT).slice(1)}\n\nsig`])(
    'is not %j',
    (text) => {
      expect(() => readCheckpoint(text, signer.key)).toThrow(/^checkpoint: expected/);
    },
  );
});

describe('base64', () => {
  it('comes back, and has one text only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(bytesOfBase64(base64(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'AB==C', 'AB=A', 'AB==AB==', 'AR==', '****'])
      expect(bytesOfBase64(text), text).toBeUndefined();
  });
});
