import { describe, expect, it } from 'vitest';
import { entryBytes, recordName } from '../../../../shared/domain/audit/log-entry.ts';
import { bundledEntry, bundleEntries } from '../../../../shared/domain/audit/merkle/entry-bundle.ts';
import { HASH_BYTES } from '../../../../shared/domain/audit/merkle/node-hash.ts';
import { TILE_WIDTH, tilePath } from '../../../../shared/domain/audit/merkle/tile-path.ts';
import { verifyLog } from '../../../../shared/domain/audit/verify-log.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import { memoryLog } from './merkle/memory-log.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    at % 4 === 3
      ? { trade_id: `T-${at}`, timestamp: '2026-03-02T05:00:00.000Z', status: 'executed', price: at / 8 }
      : { id: `R-${at}`, confidence: at / 1000, symbol: at % 2 ? null : 'NIFTY26MAR26000CE' },
  );
const logOf = (count: number, steps?: number[]) => memoryLog(records(count).map(entryBytes), steps);

describe('verifyLog', () => {
  it.each([0, 1, 2, 255, 256, 257, 600])('finds a log of %i entries whole, and counts it', async (size) => {
    const { read, root } = logOf(size);
    const seen: number[] = [];
    expect(await verifyLog(read, { size, root }, { onProgress: (entries) => seen.push(entries) })).toEqual({
      entries: size,
      trades: Math.floor(size / 4),
      recommendations: size - Math.floor(size / 4),
      feedback: 0,
      controls: 0,
      broken: null,
    });
    expect(seen.at(-1) ?? 0).toBe(size);
  });

  it('finds a log whole that grew in steps', async () => {
    const { read, root } = logOf(300, [3, 90, 90, 80, 37]);
    expect((await verifyLog(read, { size: 300, root })).broken).toBeNull();
  });

  it('names the entry that was edited, what is missing, and a record that is there twice', async () => {
    const log = logOf(300);
    const { size } = log.edge;
    const bundle = log.files.get('tile/entries/000') as Uint8Array;
    log.files.set('tile/entries/000', edited(bundle, 17));
    expect((await verifyLog(log.read, { size, root: log.root })).broken).toMatchObject({
      index: 17,
      why: expect.stringMatching(/^the entry hashes to [0-9a-f]{64}, tile\/0\/000 says [0-9a-f]{64}$/),
    });
    log.files.delete('tile/entries/000');
    expect((await verifyLog(log.read, { size, root: log.root })).broken).toEqual({
      index: 0,
      why: 'tile/entries/000 is missing',
    });
    const twice = [...records(5), records(5)[1]!];
    const doubled = memoryLog(twice.map(entryBytes));
    expect((await verifyLog(doubled.read, { size: 6, root: doubled.root })).broken).toEqual({
      index: 5,
      why: 'recommendation R-1 is logged at 1 already',
    });
  });

  it.each([300, 512, 600])(
    'wants the tiles above the leaves as well, at the edge of %i entries, too',
    async (size) => {
      const log = logOf(size);
      const path = `tile/1/000.p/${Math.floor(size / TILE_WIDTH)}`;
      const tile = log.files.get(path) as Uint8Array;
      for (const [changed, why] of [
        [tile.with(5, tile[5]! ^ 1), 'does not hold the hashes of the tiles below it'],
        [undefined, 'is missing'],
      ] as const) {
        const read: typeof log.read = async (place) =>
          tilePath(place.level, place.index, place.width) === path ? changed : log.read(place);
        const { broken } = await verifyLog(read, { size, root: log.root });
        expect(broken).toEqual({ index: 0, why: `${path} ${why}` });
      }
    },
  );

  it('counts each kind of record', async () => {
    const { read, root } = memoryLog(
      [
        { id: 'R-1' },
        { trade_id: 'T-1', status: 'closed' },
        { recommendation_id: 'R-1', label: 1, by: 'operator/asha' },
        { scope: 'NSE', revision: 1, action: 'halt' },
        { scope: 'NSE', revision: 2, action: 'resume' },
      ].map(entryBytes),
    );
    expect(await verifyLog(read, { size: 5, root })).toEqual({
      entries: 5,
      recommendations: 1,
      trades: 1,
      feedback: 1,
      controls: 2,
      broken: null,
    });
  });

  it('wants canonical JSON, so that one record has one text', async () => {
    const loose = memoryLog([new TextEncoder().encode('{"id": "R-1"}')]);
    expect((await verifyLog(loose.read, { size: 1, root: loose.root })).broken).toEqual({
      index: 0,
      why: 'the entry is not canonical JSON',
    });
  });

  it('holds a log whose hashes were all made anew against its checkpoint', async () => {
    const honest = logOf(40);
    const forged = memoryLog(
      records(40).with(7, { id: 'R-7', confidence: 0.99, symbol: null }).map(entryBytes),
    );
    const { broken } = await verifyLog(forged.read, { size: 40, root: honest.root });
    expect(broken?.why).toMatch(/^the log's root is [0-9a-f]{64}, its checkpoint says [0-9a-f]{64}$/);
  });

  it('detects every one of 100,000 random edits, removals, swaps and truncations', {
    timeout: 300_000,
  }, async () => {
    const random = seededUniform(20_261_122);
    const logs = [3, 9, 30, 70].map((count) => logOf(count));
    // Of tiles above the leaves, too: a large log takes longer.
    const large = logOf(520);
    const undetected: string[] = [];
    for (let run = 0; run < 100_000; run++) {
      const log = run % 50 === 0 ? large : (logs[run % logs.length] as ReturnType<typeof logOf>);
      const { path, bytes, what } = tampered(log.files, random);
      const { broken } = await verifyLog(
        async ({ level, index, width }) => {
          const asked = tilePath(level, index, width);
          return asked === path ? bytes : log.files.get(asked);
        },
        { size: log.edge.size, root: log.root },
      );
      if (broken === null) undetected.push(`${run}: ${what} of ${path}`);
    }
    expect(undetected).toEqual([]);
  });
});

/** One file of a log after something was done to it; undefined bytes: it is gone. */
function tampered(
  files: ReadonlyMap<string, Uint8Array>,
  random: () => number,
): { path: string; bytes: Uint8Array | undefined; what: string } {
  const below = (count: number) => Math.floor(random() * count);
  const paths = [...files.keys()];
  const path = paths[below(paths.length)] as string;
  const whole = files.get(path) as Uint8Array;
  const units = path.includes('entries') ? bundleEntries(whole).map(bundledEntry) : hashesOf(whole);
  const at = below(units.length);
  switch (below(5)) {
    case 0: {
      const byte = below(whole.length);
      return { path, what: 'edit', bytes: whole.with(byte, (whole[byte] as number) ^ (1 + below(255))) };
    }
    case 1:
      return { path, what: 'removal', bytes: Buffer.concat(units.toSpliced(at, 1)) };
    case 2: {
      const other = (at + 1 + below(units.length - 1)) % units.length;
      const swapped = units.with(at, units[other]!).with(other, units[at]!);
      return { path, what: 'swap', bytes: Buffer.concat(swapped) };
    }
    case 3:
      return { path, what: 'truncation', bytes: whole.subarray(0, below(whole.length)) };
    default:
      return { path, what: 'loss', bytes: undefined };
  }
}

function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / HASH_BYTES }, (_, at) =>
    tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

function edited(bundle: Uint8Array, at: number): Uint8Array {
  const entries = bundleEntries(bundle);
  expect(entries).toHaveLength(TILE_WIDTH);
  const changed = new TextEncoder().encode(new TextDecoder().decode(entries[at]).replace(/0\.\d+/, '0.99'));
  return Buffer.concat(entries.with(at, changed).map(bundledEntry));
}

describe('recordName', () => {
  it('tells reports of one trade apart', () => {
    expect(recordName({ trade_id: 'T', timestamp: 't', status: 'closed', recommendation_id: 'R' })).toBe(
      'trade T t closed',
    );
    expect(recordName({ id: 'R' })).toBe('recommendation R');
  });
});
