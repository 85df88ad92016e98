import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeOrphans } from '../../../functions/compact/remove-orphans.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { failOnce, withFaults } from '../faults.ts';
import { chainSnapshots, openPorts, type Ports, stagesOf } from '../pipeline.ts';

const DATE = '2025-12-04';
const HOUR_MS = 3_600_000;

let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
});
afterAll(() => cloud.stop());

const rawFiles = () => ports.bucket.list('raw/');
/** The stages as they run some hours from now. */
const inHours = (hours: number) => stagesOf({ ...ports, clock: () => cloud.clock.nowMs() + hours * HOUR_MS });

/** Writes a file that its writer does not live to register. */
async function leaveOrphan(minutes: number): Promise<string> {
  const before = await rawFiles();
  const dying = { ...ports, registry: withFaults(ports.registry, failOnce('commit', 'before')) };
  const { failed } = await stagesOf(dying).write(aSession({ seed: 5, minutes }));
  expect(failed).toHaveLength(minutes);
  const [orphan, ...more] = (await rawFiles()).filter((path) => !before.includes(path));
  expect(more).toEqual([]);
  return orphan!;
}

describe('the compaction of a day', () => {
  const session = aSession({ minutes: 6 });

  it('removes files that were written and never registered, once nobody can register them', async () => {
    const orphan = await leaveOrphan(2);
    await stagesOf(ports).write(session.slice(0, 3));
    expect(await inHours(23).compact('NSE', DATE)).toMatchObject({ batches: 1, orphans: 0 });
    expect(await rawFiles()).toEqual([orphan]);
    expect(await inHours(25).compact('NSE', DATE)).toMatchObject({ batches: 0, orphans: 1 });
    expect(await rawFiles()).toEqual([]);
    expect(await chainSnapshots(ports, 'NSE', DATE)).toHaveLength(3);
  });

  it('finds those of other days, and leaves what is registered and other exchanges alone', async () => {
    await leaveOrphan(2);
    const other = aSession({ minutes: 2 }).map((one) => ({ ...one, exchange: 'BSE' as const }));
    await stagesOf(ports).write(other);
    await ports.bucket.put('raw/exchange=BSE/date=2025-12-04/orphan.parquet', 'of another exchange');
    await ports.bucket.put('raw/exchange=NSE/date=2025-11-28/orphan.parquet', 'of another day');
    const late = session.map((one) => ({
      ...one,
      timestamp: one.timestamp.replace(DATE, '2025-12-03'),
      snapshot_id: one.snapshot_id.replace(/^./, 'x'),
    }));
    await stagesOf(ports).write(late);
    await stagesOf(ports).write(session);
    const waiting = (await ports.registry.batches('NSE', '2025-12-03')).map(({ path }) => path);
    expect(await inHours(48).compact('NSE', DATE)).toMatchObject({ orphans: 2 });
    const left = await rawFiles();
    expect(left.filter((path) => path.includes('exchange=NSE'))).toEqual(waiting);
    expect(left.filter((path) => path.includes('exchange=BSE'))).toHaveLength(2);
  });

  it('does not take a file for an orphan that is registered while it looks', async () => {
    const orphan = await leaveOrphan(2);
    const clock = () => cloud.clock.nowMs() + 25 * HOUR_MS;
    const list: Ports['lake']['list'] = async (prefix) => {
      const files = await ports.lake.list(prefix);
      await stagesOf(ports).write(aSession({ seed: 5, minutes: 2 }));
      return files;
    };
    expect(await removeOrphans({ ...ports, clock, lake: { ...ports.lake, list } }, 'NSE')).toBe(0);
    expect(await rawFiles()).toEqual([orphan]);
  });

  it('gives a message that comes back after all its file again', async () => {
    await leaveOrphan(2);
    const clock = () => cloud.clock.nowMs() + 25 * HOUR_MS;
    expect(await removeOrphans({ ...ports, clock }, 'NSE')).toBe(1);
    await stagesOf(ports).write(aSession({ seed: 5, minutes: 2 }));
    await stagesOf(ports).compact('NSE', DATE);
    expect(await chainSnapshots(ports, 'NSE', DATE)).toHaveLength(2);
  });
});
