import { bytesToHex } from '@noble/hashes/utils.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { ed25519Signer, isSignedBy, newSigningKey } from '../../../shared/adapters/ed25519/note-signer.ts';
import { s3LogTiles } from '../../../shared/adapters/s3/log-tiles.ts';
import { readCheckpoint, readVerifierKey } from '../../../shared/domain/audit/checkpoint.ts';
import { seal } from '../../../shared/domain/audit/leaf-hash.ts';
import { EMPTY_LOG, recordName, type Unlogged } from '../../../shared/domain/audit/log-entry.ts';
import { verifyLog } from '../../../shared/domain/audit/verify-log.ts';
import { Conflict } from '../../../shared/errors.ts';
import type { AuditLog, AuditRef } from '../../../shared/ports/audit-log.ts';
import type { LogTiles } from '../../../shared/ports/log-tiles.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { type Fault, failOnce, withFaults } from '../faults.ts';
import { type AuditWorld, auditWorld } from './audit-world.ts';

let cloud: EmbeddedCloud;
let world: AuditWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await auditWorld(cloud);
});
afterAll(() => cloud.stop());

const idsOf = (refs: readonly AuditRef[]) =>
  refs.map((ref) => {
    if (ref.kind === 'recommendation') return ref.id;
    if (ref.kind === 'trade') return ref.trade_id;
    return ref.kind === 'feedback' ? ref.recorded_at : ref.at;
  });

/** The log is whole, ends where the head says, and holds exactly these records, each once. */
async function expectSealedOnce(refs: readonly AuditRef[]) {
  const entries = await world.entries();
  const key = readVerifierKey((await world.tiles.verifierKey()) as string);
  const signed = readCheckpoint((await world.tiles.checkpoint()) as string, key);
  expect(isSignedBy(key, signed)).toBe(true);
  const verified = await verifyLog(world.tiles.read, signed.checkpoint);
  expect(verified).toMatchObject({ entries: entries.length, broken: null });
  const head = await world.log.head();
  expect({ ...signed.checkpoint, root: bytesToHex(signed.checkpoint.root) }).toMatchObject(head);
  const ids = entries.map(({ record }) => record['id'] ?? record['trade_id']);
  expect([...ids].sort()).toEqual([...new Set(idsOf(refs))].sort());
  for (const { index, record, kind } of entries) {
    if (kind !== 'recommendation') continue;
    expect((await world.store.trail(record['id'] as string)).logIndex).toBe(index);
  }
  expect(await world.log.unlogged(refs)).toEqual([]);
  expect(await world.log.waiting('2099-01-01T00:00:00.000Z', 100)).toEqual([]);
}

/** Whatever the checkpoint says by now, all of it is there: others read the log while it grows. */
async function expectReadable() {
  const [note, key] = [await world.tiles.checkpoint(), await world.tiles.verifierKey()];
  if (note === undefined || key === undefined) return;
  const { checkpoint } = readCheckpoint(note, readVerifierKey(key));
  expect((await verifyLog(world.tiles.read, checkpoint)).broken).toBeNull();
}

/** The world whose write number `at` kills its writer: of objects, of the checkpoint, or of the head. */
function crashingAt(at: number, fault: Fault) {
  let writes = 0;
  const next = (method: string): Fault =>
    ['put', 'replace', 'advance'].includes(method) && writes++ === at ? fault : 'none';
  const { bucket, log, replace, signer } = world;
  const dying = withFaults({ ...bucket, replace }, next);
  const onDying = dynamoAuditLog(cloud.dynamodb, world.table, dying);
  return {
    ...world,
    log: withFaults({ ...log, putPart: onDying.putPart }, next),
    tiles: s3LogTiles({ bucket: dying, replace: dying.replace, signer: async () => signer }),
  };
}

describe('sealRecords', () => {
  it('gives each record its place, in order', async () => {
    const { made, refs } = await world.recommended(3);
    const entries = await sealRecords(world)(refs);
    expect(entries.map(({ index, record }) => [index, record['id']])).toEqual(
      made.map(({ id }, at) => [at, id]),
    );
    expect(entries.map(({ leaf_hash }) => leaf_hash)).toEqual(made.map(({ leaf_hash }) => leaf_hash));
    await expectSealedOnce(refs);
  });

  it('goes on with the next call', async () => {
    const first = await world.recommended(2);
    const second = await world.recommended(3, 2);
    await sealRecords(world)(first.refs);
    const entries = await sealRecords(world)(second.refs);
    expect(entries.map(({ index }) => index)).toEqual([2, 3, 4]);
    expect(await world.bucket.list('log/parts/')).toEqual([
      'log/parts/000000000000.jsonl',
      'log/parts/000000000002.jsonl',
    ]);
    await expectSealedOnce([...first.refs, ...second.refs]);
  });

  it('does nothing for a message that comes again, or twice at once', async () => {
    const { refs } = await world.recommended(2);
    expect(await sealRecords(world)([...refs, ...refs])).toHaveLength(2);
    expect(await sealRecords(world)(refs)).toEqual([]);
    expect(await sealRecords(world)([])).toEqual([]);
    await expectSealedOnce(refs);
  });

  it('has nothing to do for a record that is not there', async () => {
    expect(await sealRecords(world)([{ kind: 'recommendation', id: '01KBKTS6M0ZTTGMW9896DW8YDP' }])).toEqual(
      [],
    );
    expect(await world.log.head()).toEqual(EMPTY_LOG);
  });

  it('leaves out a record that no tile can hold, tells of it, and seals the others', async () => {
    const { made, refs } = await world.recommended(2);
    const heard: unknown[] = [];
    const long = seal({ ...aTrade(made[0]!, { trade_id: 'T-long' }), reason: 'x'.repeat(70_000) });
    await world.store.addTrade(long);
    const { trade_id, timestamp, status } = long;
    const onTooLong = async ({ record }: Unlogged, bytes: number) =>
      void heard.push([recordName(record), bytes]);
    const all: AuditRef[] = [refs[0]!, { kind: 'trade', trade_id, timestamp, status }, refs[1]!];
    expect(await sealRecords({ ...world, onTooLong })(all)).toMatchObject(
      made.map(({ id }) => ({ record: { id } })),
    );
    expect(heard).toEqual([[`trade T-long ${timestamp} ${status}`, expect.any(Number)]]);
    expect(await sealRecords(world)([all[1]!])).toEqual([]);
    const after = await world.recommended(1, 2);
    expect(await sealRecords(world)(after.refs)).toMatchObject([{ index: 2 }]);
  });

  it('seals trades beside recommendations', async () => {
    const { made, refs } = await world.recommended(1);
    const trade = aTrade(made[0]!);
    await world.store.addTrade(trade);
    const { trade_id, timestamp, status } = trade;
    const all: AuditRef[] = [...refs, { kind: 'trade', trade_id, timestamp, status }];
    const entries = await sealRecords(world)(all);
    expect(entries.map(({ kind }) => kind)).toEqual(['recommendation', 'trade']);
    expect(entries[1]).toMatchObject({ leaf_hash: trade.leaf_hash, record: trade });
    await expectSealedOnce(all);
  });

  const crashes: [port: 'log' | 'tiles', method: keyof AuditLog | keyof LogTiles, fault: Fault][] = [
    ['log', 'putPart', 'before'],
    ['log', 'putPart', 'after'],
    ['tiles', 'write', 'before'],
    ['tiles', 'write', 'after'],
    ['tiles', 'publish', 'before'],
    ['tiles', 'publish', 'after'],
    ['log', 'advance', 'before'],
    ['log', 'advance', 'after'],
  ];
  it.each(crashes)('comes back from a crash of %s %s, %s, with other work in between', async (...crash) => {
    const [port, method, fault] = crash;
    const mine = await world.recommended(3);
    const others = await world.recommended(2, 3);
    const crashing = { ...world, [port]: withFaults(world[port], failOnce(method, fault)) };
    await expect(sealRecords(crashing)(mine.refs)).rejects.toMatchObject({
      name: 'Temporary',
    });
    await sealRecords(world)(others.refs);
    await sealRecords(world)(mine.refs);
    await expectSealedOnce([...mine.refs, ...others.refs]);
  });

  it('comes back from a crash at any write, before or after it, whatever is sealed next', async () => {
    const expected: AuditRef[] = [];
    let [minute, writes] = [0, 0];
    for (const fault of ['before', 'after'] as const) {
      // The last round does not reach its write: all of them have been tried.
      for (let at = 0, crashed = true; crashed; at++) {
        const mine = await world.recommended(2, minute);
        const others = await world.recommended(1, minute + 2);
        minute += 3;
        crashed = await sealRecords(crashingAt(at, fault))(mine.refs).then(
          () => false,
          () => true,
        );
        await expectReadable();
        await sealRecords(world)(at % 2 === 0 ? others.refs : mine.refs);
        await sealRecords(world)([...mine.refs, ...others.refs]);
        expected.push(...mine.refs, ...others.refs);
        if (crashed) writes++;
      }
      await expectSealedOnce(expected);
    }
    // Part, bundle, tile, key, checkpoint and head, each twice.
    expect(writes).toBe(12);
  });

  it('lets two writers race for every place without a gap or a double', async () => {
    const { refs } = await world.recommended(12);
    const overlapping = [refs.slice(0, 8), refs.slice(4), refs.slice(2, 6)];
    // A writer that was beaten often gives up with Temporary, and its message comes again.
    const persist = async (own: readonly AuditRef[]) => {
      for (;;) {
        try {
          return await sealRecords(world)(own);
        } catch (error) {
          if ((error as Error).name !== 'Temporary') throw error;
        }
      }
    };
    await Promise.all(overlapping.map(persist));
    await expectSealedOnce(refs);
  });

  it('gives up with Temporary when others are always faster', async () => {
    const { refs } = await world.recommended(1);
    const beaten: AuditLog = {
      ...world.log,
      advance: async () => {
        throw new Conflict('seal: somebody changed it first');
      },
    };
    await expect(sealRecords({ ...world, log: beaten })(refs)).rejects.toMatchObject({ name: 'Temporary' });
    await sealRecords(world)(refs);
    await expectSealedOnce(refs);
  });

  it('stops where the tiles are not those that the head was over', async () => {
    const [first, second] = [await world.recommended(2), await world.recommended(1, 2)];
    await sealRecords(world)(first.refs);
    const place = { level: 0, index: 0, width: 2 };
    const tile = (await world.tiles.read(place)) as Uint8Array;
    await world.bucket.put(
      'log/tile/0/000.p/2',
      tile.map((byte) => byte ^ 1),
    );
    await expect(sealRecords(world)(second.refs)).rejects.toThrow(/its tiles were changed/);
  });

  it('refuses to go on with another signing key', async () => {
    const [first, second] = [await world.recommended(1), await world.recommended(1, 1)];
    await sealRecords(world)(first.refs);
    const other = s3LogTiles({
      bucket: world.bucket,
      replace: world.replace,
      signer: async () => ed25519Signer(world.signer.key.name, newSigningKey()),
    });
    await expect(sealRecords({ ...world, tiles: other })(second.refs)).rejects.toThrow(
      /restore the parameter that holds the signing key/,
    );
    await sealRecords(world)(second.refs);
    await expectSealedOnce([...first.refs, ...second.refs]);
  });

  it('never moves the checkpoint back', async () => {
    const { refs } = await world.recommended(3);
    await sealRecords(world)(refs);
    const checkpoint = await world.tiles.checkpoint();
    await world.tiles.publish({ size: 1, root: new Uint8Array(32) });
    expect(await world.tiles.checkpoint()).toBe(checkpoint);
  });
});
