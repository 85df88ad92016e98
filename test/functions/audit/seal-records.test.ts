import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { verifyChain } from '../../../shared/domain/audit/chain.ts';
import { Conflict } from '../../../shared/errors.ts';
import type { AuditLog, AuditRef } from '../../../shared/ports/audit-log.ts';
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

const idsOf = (refs: readonly AuditRef[]) => refs.map((ref) => ('id' in ref ? ref.id : ref.trade_id));

/** The log is whole, ends where the head says, and holds exactly these records, each once. */
async function expectSealedOnce(refs: readonly AuditRef[]) {
  const entries = await world.entries();
  expect(verifyChain(entries, undefined, await world.log.head())).toBeNull();
  const ids = entries.map(({ record }) => record['id'] ?? record['trade_id']);
  expect([...ids].sort()).toEqual([...new Set(idsOf(refs))].sort());
  for (const { index, record, kind } of entries) {
    if (kind !== 'recommendation') continue;
    expect((await world.store.trail(record['id'] as string)).logIndex).toBe(index);
  }
  expect(await world.log.unchained(refs)).toEqual([]);
  expect(await world.log.waiting('2099-01-01T00:00:00.000Z', 100)).toEqual([]);
}

describe('sealRecords', () => {
  it('gives each record its place, in order, and publishes it with its index', async () => {
    const { made, refs } = await world.recommended(3);
    const entries = await sealRecords(world)(refs);
    expect(entries.map(({ index, record }) => [index, record['id']])).toEqual(
      made.map(({ id }, at) => [at, id]),
    );
    expect(entries.map(({ leaf_hash }) => leaf_hash)).toEqual(made.map(({ leaf_hash }) => leaf_hash));
    await expectSealedOnce(refs);
    expect((await world.heard()).map(({ id, log_index }) => [log_index, id])).toEqual(
      made.map(({ id }, at) => [at, id]),
    );
  });

  it('continues the chain with the next call', async () => {
    const first = await world.recommended(2);
    const second = await world.recommended(3, 2);
    await sealRecords(world)(first.refs);
    const entries = await sealRecords(world)(second.refs);
    expect(entries.map(({ index }) => index)).toEqual([2, 3, 4]);
    expect(await world.bucket.list('log/')).toEqual(['log/000000000000.jsonl', 'log/000000000002.jsonl']);
    await expectSealedOnce([...first.refs, ...second.refs]);
  });

  it('does nothing for a message that comes again, or twice at once', async () => {
    const { refs } = await world.recommended(2);
    expect(await sealRecords(world)([...refs, ...refs])).toHaveLength(2);
    expect(await sealRecords(world)(refs)).toEqual([]);
    expect(await sealRecords(world)([])).toEqual([]);
    await expectSealedOnce(refs);
    expect(await world.heard()).toHaveLength(2);
  });

  it('has nothing to do for a record that is not there', async () => {
    expect(await sealRecords(world)([{ kind: 'recommendation', id: '01KBKTS6M0ZTTGMW9896DW8YDP' }])).toEqual(
      [],
    );
    expect(await world.log.head()).toEqual({ size: 0, lastHash: '' });
  });

  it('seals trades beside recommendations and keeps them off the bus', async () => {
    const { made, refs } = await world.recommended(1);
    const trade = aTrade(made[0]!);
    await world.store.addTrade(trade);
    const { trade_id, timestamp, status } = trade;
    const all: AuditRef[] = [...refs, { kind: 'trade', trade_id, timestamp, status }];
    const entries = await sealRecords(world)(all);
    expect(entries.map(({ kind }) => kind)).toEqual(['recommendation', 'trade']);
    expect(entries[1]).toMatchObject({ leaf_hash: trade.leaf_hash, record: trade });
    await expectSealedOnce(all);
    expect(await world.heard()).toHaveLength(1);
  });

  const crashes: [method: keyof AuditLog, fault: Fault][] = [
    ['putPart', 'before'],
    ['putPart', 'after'],
    ['advance', 'before'],
    ['advance', 'after'],
  ];
  it.each(crashes)('comes back from a crash %s, %s, with other work in between', async (method, fault) => {
    const mine = await world.recommended(3);
    const others = await world.recommended(2, 3);
    const crashing = withFaults(world.log, failOnce(method, fault));
    await expect(sealRecords({ ...world, log: crashing })(mine.refs)).rejects.toMatchObject({
      name: 'Temporary',
    });
    await sealRecords(world)(others.refs);
    await sealRecords(world)(mine.refs);
    await expectSealedOnce([...mine.refs, ...others.refs]);
    const heard = new Set((await world.heard()).map(({ id }) => id));
    expect([...heard].sort()).toEqual([...idsOf(mine.refs), ...idsOf(others.refs)].sort());
  });

  it('publishes the part of a crashed writer before its records count as sealed', async () => {
    const mine = await world.recommended(2);
    const crashing = withFaults(world.log, failOnce('putPart', 'after'));
    await sealRecords({ ...world, log: crashing })(mine.refs).catch(() => undefined);
    expect(await world.heard()).toEqual([]);
    const others = await world.recommended(1, 2);
    const entries = await sealRecords(world)(others.refs);
    expect(entries.map(({ index }) => index)).toEqual([2]);
    expect((await world.heard()).map(({ id }) => id)).toEqual(idsOf([...mine.refs, ...others.refs]));
    await expectSealedOnce([...mine.refs, ...others.refs]);
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
    const heard = new Set((await world.heard()).map(({ id }) => id));
    expect([...heard].sort()).toEqual(idsOf(refs).sort());
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

  it('shows an edit of any written record', async () => {
    const { refs } = await world.recommended(4);
    await sealRecords(world)(refs);
    const entries = await world.entries();
    for (const [at, entry] of entries.entries()) {
      const edited = entries.with(at, { ...entry, record: { ...entry.record, confidence: 0.99 } });
      expect(verifyChain(edited)?.index).toBe(at);
    }
    expect(verifyChain(entries.slice(0, 3), undefined, await world.log.head())?.index).toBe(3);
  });
});
