import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { leafContent, leafHash, seal } from '../../../../shared/domain/audit/leaf-hash.ts';

describe('leaf hash', () => {
  test('is SHA-256 over 0x00 and the canonical JSON (RFC 6962)', () => {
    expect(leafContent({ b: 1, leaf_hash: 'x', a: 'x' })).toBe('{"a":"x","b":1}');
    expect(leafHash({ b: 1, a: 'x' })).toBe(bytesToHex(sha256(utf8ToBytes('\u0000{"a":"x","b":1}'))));
  });
  test('leaves itself out, so that a sealed record hashes to what it says', () => {
    const sealed = seal({ a: 1 });
    expect(leafHash(sealed)).toBe(sealed.leaf_hash);
    expect(leafHash({ ...sealed, a: 2 })).not.toBe(sealed.leaf_hash);
  });
  test('survives JSON, infinities included', () => {
    const sealed = seal({ value: 'Infinity', z: 0.1 + 0.2 });
    expect(leafHash(JSON.parse(JSON.stringify(sealed)))).toBe(sealed.leaf_hash);
  });
});
