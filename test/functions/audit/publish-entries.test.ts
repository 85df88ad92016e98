import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishEntries } from '../../../functions/audit/publish-entries.ts';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { seal } from '../../../shared/domain/audit/leaf-hash.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { failOnce, withFaults } from '../faults.ts';
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

/** Seals so many recommendations of successive minutes as one part. */
async function sealed(count: number, from = 0) {
  const { made, refs } = await world.recommended(count, from);
  await sealRecords(world)(refs);
  return made;
}

const places = async () => (await world.heard()).map(({ index }) => index).sort((a, b) => a - b);

describe('publishEntries', () => {
  it('carries each entry as the log has it, trades too', async () => {
    const [one] = await sealed(1);
    const trade = aTrade(one!);
    await world.store.addTrade(trade);
    const { trade_id, timestamp, status } = trade;
    await sealRecords(world)([{ kind: 'trade', trade_id, timestamp, status }]);
    expect(await world.publish()).toBe(2);
    const heard = (await world.heard()).sort((a, b) => a.index - b.index);
    const entries = await world.entries();
    expect(heard.map(({ record }) => seal(record))).toEqual(entries.map(({ record }) => record));
    expect(heard.map(({ index, leaf_hash }) => [index, leaf_hash])).toEqual(
      entries.map(({ index, leaf_hash }) => [index, leaf_hash]),
    );
    expect(heard.map(({ kind }) => kind)).toEqual(['recommendation', 'trade']);
  });

  it('says each once, and goes on where it stopped', async () => {
    expect(await world.publish()).toBe(0);
    await sealed(12);
    expect(await world.publish()).toBe(12);
    expect(await world.publish()).toBe(0);
    await sealed(3, 12);
    expect(await world.publish()).toBe(3);
    expect(await places()).toEqual(Array.from({ length: 15 }, (_, at) => at));
  });

  it.each([
    ['bus', 'publishAll', 'before', [0, 1, 2]],
    ['bus', 'publishAll', 'after', [0, 0, 1, 1, 2, 2]],
    ['cursor', 'move', 'before', [0, 0, 1, 1, 2, 2]],
    ['cursor', 'move', 'after', [0, 1, 2]],
  ] as const)('loses nothing when %s %s fails, %s', async (port, method, fault, heard) => {
    await sealed(3);
    const dying = { ...world, [port]: withFaults(world[port], failOnce(method, fault)) };
    await expect(publishEntries(dying)()).rejects.toMatchObject({ name: 'Temporary' });
    await publishEntries(dying)();
    expect(await places()).toEqual(heard);
    expect(await world.cursor.position()).toBe(3);
  });

  it('publishes what was sealed while the bus could not be reached, a bounded piece at a time', async () => {
    for (let at = 0; at < 23; at++) await sealed(1, at);
    expect(await world.publish()).toBe(20);
    expect(await world.publish()).toBe(3);
    expect(await places()).toEqual(Array.from({ length: 23 }, (_, at) => at));
  });

  it('leaves the rest to a publisher that was faster, and counts its own alone', async () => {
    for (let at = 0; at < 3; at++) await sealed(2, 2 * at);
    const bus: AuditWorld['bus'] = {
      async publishAll(messages) {
        await world.publish();
        await world.bus.publishAll(messages);
      },
    };
    expect(await publishEntries({ ...world, bus })()).toBe(0);
    expect(await world.cursor.position()).toBe(6);
    expect(await places()).toEqual([0, 0, 1, 1, 2, 3, 4, 5]);
  });

  it('lets two publishers race without a hole', async () => {
    for (let at = 0; at < 6; at++) await sealed(2, 2 * at);
    await Promise.all([world.publish(), world.publish(), world.publish()]);
    await world.publish();
    expect([...new Set(await places())]).toEqual(Array.from({ length: 12 }, (_, at) => at));
    expect(await world.cursor.position()).toBe(12);
  });
});

describe('the cursor', () => {
  it('moves from where it stands alone', async () => {
    await world.cursor.move(0, 4);
    for (const from of [0, 3]) {
      await expect(world.cursor.move(from, 9)).rejects.toMatchObject({ name: 'Conflict' });
    }
    await world.cursor.move(4, 9);
    expect(await world.cursor.position()).toBe(9);
  });
});
