import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuditEntry,
  auditEntrySchema,
  chainEntries,
  EMPTY_CHAIN,
  headAfter,
  verifyChain,
} from '../../../../shared/domain/audit/chain.ts';
import { leafHash, seal } from '../../../../shared/domain/audit/leaf-hash.ts';

function log(count: number): AuditEntry[] {
  const records = Array.from({ length: count }, (_, i) => ({
    kind: i % 3 === 0 ? ('trade' as const) : ('recommendation' as const),
    record: seal({
      id: `R${i}`,
      confidence: i / 10,
      symbol: i % 2 ? null : 'NIFTY',
      drivers: [{ shap: -1 - i }],
    }),
  }));
  return chainEntries(EMPTY_CHAIN, records);
}

describe('leaf hash', () => {
  test('is SHA-256 over 0x00 and the canonical JSON (RFC 6962)', () =>
    expect(leafHash({ b: 1, a: 'x' })).toBe(bytesToHex(sha256(utf8ToBytes('\u0000{"a":"x","b":1}')))));
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

describe('chain', () => {
  const entries = log(7);
  test('starts at nothing and links every entry', () => {
    expect(entries[0]).toMatchObject({ index: 0, previous_hash: '' });
    for (const [i, entry] of entries.entries()) {
      expect(auditEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
      expect(entry.previous_hash).toBe(entries[i - 1]?.entry_hash ?? '');
    }
    expect(verifyChain(entries)).toBeNull();
  });
  test('goes on behind a head', () => {
    const head = headAfter(EMPTY_CHAIN, entries);
    expect(head).toEqual({ size: 7, lastHash: entries[6]?.entry_hash });
    const more = chainEntries(head, [{ kind: 'trade', record: { trade_id: 'T' } }]);
    expect(more[0]).toMatchObject({ index: 7, previous_hash: head.lastHash });
    expect(verifyChain(more, head)).toBeNull();
    expect(verifyChain([...entries, ...more])).toBeNull();
  });
  test('an empty log is whole', () => {
    expect(verifyChain([])).toBeNull();
    expect(headAfter(EMPTY_CHAIN, [])).toEqual(EMPTY_CHAIN);
  });
  test('a truncated log shows against its own head', () => {
    const head = headAfter(EMPTY_CHAIN, entries);
    expect(verifyChain(entries.slice(0, 5))).toBeNull();
    expect(verifyChain(entries.slice(0, 5), EMPTY_CHAIN, head)).toMatchObject({ index: 5 });
    expect(verifyChain(entries, EMPTY_CHAIN, head)).toBeNull();
  });
  test('a record edited together with its hashes shows at the next entry', () => {
    const forged = chainEntries(headAfter(EMPTY_CHAIN, entries.slice(0, 3)), [
      { kind: 'trade', record: seal({ id: 'R3', confidence: 1 }) },
    ]);
    const broken = [...entries.slice(0, 3), ...forged, ...entries.slice(4)];
    expect(verifyChain(broken)).toMatchObject({ index: 4 });
  });
});

describe('any edit is found, and its place named', () => {
  const size = 12;
  const place = fc.nat(size - 1);
  test('one changed field', () => {
    const fields = ['index', 'kind', 'leaf_hash', 'previous_hash', 'entry_hash', 'record'] as const;
    fc.assert(
      fc.property(place, fc.constantFrom(...fields), (at, field) => {
        const entries = log(size);
        const entry = entries[at] as AuditEntry;
        const other =
          field === 'index' ? 99 : field === 'record' ? { ...entry.record, id: 'X' } : `${entry[field]}0`;
        entries[at] = { ...entry, [field]: other } as AuditEntry;
        expect(verifyChain(entries)?.index).toBe(at);
      }),
    );
  });
  test('one entry left out', () => {
    fc.assert(
      fc.property(fc.nat(size - 2), (at) => {
        expect(verifyChain(log(size).toSpliced(at, 1))?.index).toBe(at);
      }),
    );
  });
  test('two entries swapped', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        if (a === b) return;
        const entries = log(size);
        [entries[a], entries[b]] = [entries[b] as AuditEntry, entries[a] as AuditEntry];
        expect(verifyChain(entries)?.index).toBe(Math.min(a, b));
      }),
    );
  });
  test('one entry twice', () => {
    fc.assert(
      fc.property(place, (at) => {
        const entries = log(size);
        expect(verifyChain(entries.toSpliced(at, 0, entries[at] as AuditEntry))?.index).toBe(at + 1);
      }),
    );
  });
});
