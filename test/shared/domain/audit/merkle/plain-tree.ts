import { createHash } from 'node:crypto';

/** The definitions of RFC 6962, section 2.1, word by word: slow, and written apart from the real ones. */
const hash = (...parts: Uint8Array[]) =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
const leaf = (entry: Uint8Array) => hash(Uint8Array.of(0), entry);
const node = (left: Uint8Array, right: Uint8Array) => hash(Uint8Array.of(1), left, right);

function split(count: number): number {
  let k = 1;
  while (k << 1 < count) k <<= 1;
  return k;
}

export function plainRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return hash();
  if (entries.length === 1) return leaf(entries[0]!);
  const k = split(entries.length);
  return node(plainRoot(entries.slice(0, k)), plainRoot(entries.slice(k)));
}

export function plainPath(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  return m < k
    ? [...plainPath(m, entries.slice(0, k)), plainRoot(entries.slice(k))]
    : [...plainPath(m - k, entries.slice(k)), plainRoot(entries.slice(0, k))];
}

export function plainConsistency(m: number, entries: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (m === entries.length) return whole ? [] : [plainRoot(entries)];
  const k = split(entries.length);
  return m <= k
    ? [...plainConsistency(m, entries.slice(0, k), whole), plainRoot(entries.slice(k))]
    : [...plainConsistency(m - k, entries.slice(k), false), plainRoot(entries.slice(0, k))];
}
