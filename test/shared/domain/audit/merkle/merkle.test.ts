import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledEntry, bundleEntries } from '../../../../../shared/domain/audit/merkle/entry-bundle.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../../../../shared/domain/audit/merkle/grow.ts';
import { leafHashOf } from '../../../../../shared/domain/audit/merkle/node-hash.ts';
import { edgeTiles, tilePath } from '../../../../../shared/domain/audit/merkle/tile-path.ts';
import { consistencyProof, inclusionProof } from '../../../../../shared/domain/audit/merkle/tile-tree.ts';
import { extendsLog, includes } from '../../../../../shared/domain/audit/merkle/verify-proof.ts';
import { memoryLog, someEntries } from './memory-log.ts';
import { plainConsistency, plainPath, plainRoot } from './plain-tree.ts';

/** The eight leaves that implementations of RFC 6962 are tried with, and the roots over the first of them. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const classic = LEAVES.map((hex) => hexToBytes(hex));
const hexes = (hashes: readonly Uint8Array[]) => hashes.map((hash) => bytesToHex(hash));

describe('the tree', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))(
    'of the first %i classic leaves',
    (size, root) => {
      expect(bytesToHex(rootOf(grow(EMPTY_EDGE, classic.slice(0, size)).edge))).toBe(root);
    },
  );

  it('is the one of the RFC at any size, grown in any steps', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(steps, (sizes) => {
        const entries = someEntries(sizes.reduce((sum, size) => sum + size, 0));
        const [stepwise, atOnce] = [memoryLog(entries, sizes), memoryLog(entries)];
        expect(bytesToHex(stepwise.root)).toBe(bytesToHex(plainRoot(entries)));
        expect(stepwise.edge).toEqual(atOnce.edge);
        for (const [path, bytes] of atOnce.files) expect(stepwise.files.get(path), path).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('has three levels of tiles beyond 65,536 leaves', () => {
    const { files, edge } = memoryLog(someEntries(65_536 + 257));
    expect(edge.tiles.map((hashes) => hashes.length)).toEqual([1, 1, 1]);
    for (const path of ['tile/0/256', 'tile/0/257.p/1', 'tile/2/000.p/1', 'tile/entries/257.p/1']) {
      expect(files.has(path), path).toBe(true);
    }
    expect([...files.keys()].filter((path) => path.startsWith('tile/1/'))).toEqual([
      'tile/1/000',
      'tile/1/001.p/1',
    ]);
  });
});

describe('places of tiles', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 1_234_067, 256, 'tile/0/x001/x234/067'],
    [1, 999, 3, 'tile/1/999.p/3'],
    [2, 1000, 255, 'tile/2/x001/000.p/255'],
    ['entries', 5, 256, 'tile/entries/005'],
  ] as const)('level %s, number %i, width %i: %s', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
  });

  it('names what is not full at the right edge', () => {
    expect(edgeTiles(0)).toEqual([]);
    expect(edgeTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    expect(edgeTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });
});

describe('entry bundles', () => {
  it('give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (entries) => {
        const bundle = Buffer.concat(entries.map((entry) => bundledEntry(entry)));
        expect(bundleEntries(bundle)).toEqual(entries.map((entry) => Buffer.from(entry)));
      }),
    );
  });

  it('refuse an entry that is cut off, and one that is too long', () => {
    expect(() => bundleEntries(Uint8Array.of(0, 3, 1, 2))).toThrow(/expected 5 bytes for its entry 0, was 4/);
    expect(() => bundleEntries(Uint8Array.of(0))).toThrow(/cut off|expected/);
    expect(bundledEntry(new Uint8Array(65_535))).toHaveLength(65_537);
    expect(() => bundledEntry(new Uint8Array(65_536))).toThrow(/expected at most 65535 bytes, was 65536/);
  });
});

describe('proofs', () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 255, 256, 257, 511, 513, 700];

  it.each(sizes)('of inclusion in a log of %i entries are those of the RFC, and hold', async (size) => {
    const entries = someEntries(size);
    const { tile, root } = memoryLog(entries);
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((at) => at >= 0 && at < size))) {
      const proof = await inclusionProof(tile, index, size);
      expect(hexes(proof)).toEqual(hexes(plainPath(index, entries)));
      const leaf = leafHashOf(entries[index]!);
      expect(includes(leaf, index, { size, root }, proof)).toBe(true);
      expect(includes(leafHashOf(Uint8Array.of(9)), index, { size, root }, proof)).toBe(false);
      expect(includes(leaf, (index + 1) % (size + 1), { size, root }, proof)).toBe(false);
      expect(includes(leaf, index, { size, root }, [...proof, root])).toBe(false);
      if (proof.length > 0) expect(includes(leaf, index, { size, root }, proof.slice(1))).toBe(false);
    }
  });

  it.each(sizes)('of consistency with a log of %i entries are those of the RFC, and hold', async (size) => {
    const entries = someEntries(size);
    const { tile, root } = memoryLog(entries);
    for (let older = 0; older <= size; older += Math.max(1, Math.floor(size / 9))) {
      const before = { size: older, root: plainRoot(entries.slice(0, older)) };
      const proof = await consistencyProof(tile, older, size);
      if (older > 0) expect(hexes(proof)).toEqual(hexes(plainConsistency(older, entries)));
      expect(extendsLog(before, { size, root }, proof)).toBe(true);
      const other = { size: older, root: leafHashOf(Uint8Array.of(7)) };
      if (older > 0) expect(extendsLog(other, { size, root }, proof)).toBe(false);
      if (older > 0 && older < size) {
        expect(extendsLog(before, { size, root: other.root }, proof)).toBe(false);
        expect(extendsLog(before, { size, root }, proof.slice(1))).toBe(false);
        expect(extendsLog(before, { size, root }, [...proof, root])).toBe(false);
        expect(extendsLog({ size, root }, before, proof)).toBe(false);
      }
    }
  });

  it('know nothing outside the log', async () => {
    const { tile } = memoryLog(someEntries(3));
    await expect(inclusionProof(tile, 3, 3)).rejects.toThrow(/expected 0 to 2, was 3/);
    await expect(consistencyProof(tile, 4, 3)).rejects.toThrow(/expected 0 to 3, was 4/);
  });
});
