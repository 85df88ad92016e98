import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { column } from '../../../shared/domain/lake/column-table.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { InvariantViolated, Temporary } from '../../../shared/errors.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { aLeg, aStoredSnapshot } from '../../factories/snapshot.ts';
import { failOnce, withFaults } from '../faults.ts';
import { openPorts, type Ports, rawSnapshots } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const idsOf = (snapshots: readonly StoredSnapshot[]) => snapshots.map(({ snapshot_id }) => snapshot_id);
const inLake = async (exchange: StoredSnapshot['exchange'] = 'NSE', date = DATE) =>
  idsOf(await rawSnapshots(ports, exchange, date)).sort();

describe('writeBatches', () => {
  it('writes one file per exchange and Indian date and registers what it holds', async () => {
    const session = aSession({ minutes: 3 });
    const monthly = aStoredSnapshot({ exchange: 'NSE_MONTHLY' });
    // 19:00 UTC is half past midnight in India: the next date.
    const tomorrow = aStoredSnapshot({ timestamp: '2025-12-04T19:00:00Z' });
    const { written, failed } = await writeBatches(ports)([...session, monthly, tomorrow].reverse());
    expect(failed).toEqual([]);
    expect(written.map(({ exchange, date, snapshots }) => [exchange, date, snapshots]).sort()).toEqual([
      ['NSE', '2025-12-04', 3],
      ['NSE', '2025-12-05', 1],
      ['NSE_MONTHLY', '2025-12-04', 1],
    ]);
    const row = written.find(({ snapshots }) => snapshots === 3)!;
    expect(row).toMatchObject({
      records: session.flatMap(({ legs }) => legs).length,
      first_timestamp: session[0]?.timestamp,
      last_timestamp: session[2]?.timestamp,
      recorded_at: new Date(cloud.clock.nowMs()).toISOString(),
    });
    expect(row.path).toMatch(/^raw\/exchange=NSE\/date=2025-12-04\/20251204T034500Z-[0-9a-f]{16}\.parquet$/);
    expect(await ports.bucket.list('')).toHaveLength(3);
    expect(await inLake()).toEqual(idsOf(session).sort());
  });

  it('keeps every value of every leg', async () => {
    const legs = [aLeg({ iv: null, oi: 0, ltp: 0.05 }), aLeg({ option_type: 'PE', best_bid: null })];
    const snapshot = aStoredSnapshot({
      legs,
      sequence: 7,
      vix: null,
      received_at: '2025-12-04T07:06:01.250Z',
    });
    await writeBatches(ports)([snapshot]);
    expect(await rawSnapshots(ports, 'NSE', DATE)).toEqual([{ ...snapshot, revised: false }]);
  });

  it('stores what is delivered twice once: within a delivery and in a later one', async () => {
    const session = aSession({ minutes: 4 });
    const write = writeBatches(ports);
    await write([...session.slice(0, 3), ...session.slice(0, 2)]);
    const again = await write([...session, ...session]);
    expect(again.written.map(({ snapshots }) => snapshots)).toEqual([1]);
    expect(await write(session)).toEqual({ written: [], failed: [] });
    expect(await inLake()).toEqual(idsOf(session).sort());
  });

  it('cuts a long delivery into batches that one transaction can register', async () => {
    const many = aSession({ minutes: 95 }).map((snapshot) => ({
      ...snapshot,
      legs: snapshot.legs.slice(0, 1),
    }));
    const { written } = await writeBatches(ports)(many);
    expect(written.map(({ snapshots }) => snapshots)).toEqual([90, 5]);
    expect(await inLake()).toHaveLength(95);
  });

  it('lets racing consumers of overlapping deliveries write each snapshot once', async () => {
    const session = aSession({ minutes: 6 });
    const write = writeBatches(ports);
    const results = await Promise.all([write(session.slice(0, 4)), write(session.slice(2)), write(session)]);
    const failed = results.flatMap((result) => result.failed.map(({ snapshotId }) => snapshotId));
    await write(session.filter(({ snapshot_id }) => failed.includes(snapshot_id)));
    expect(await inLake()).toEqual(idsOf(session).sort());
  });

  it('fails only the exchange whose file could not be written', async () => {
    const [nse, bse] = [aStoredSnapshot(), aStoredSnapshot({ exchange: 'BSE' })];
    const lake = withFaults(ports.lake, failOnce('write', 'before'));
    const { written, failed } = await writeBatches({ ...ports, lake })([nse, bse]);
    expect(failed).toMatchObject([{ snapshotId: nse.snapshot_id, error: { name: 'Temporary' } }]);
    expect(written.map(({ exchange }) => exchange)).toEqual(['BSE']);
  });

  it('fails one snapshot that cannot be written alone, and writes all others of its batch', async () => {
    const session = aSession({ minutes: 7 });
    const [poison, second] = [session[2]!, session[5]!].map((one) => one.snapshot_id);
    const lake: Ports['lake'] = {
      ...ports.lake,
      write(table, keyOf) {
        const ids = column(table, 'snapshot_id');
        if (ids.includes(poison!) || ids.includes(second!)) throw new InvariantViolated('oi: was 2^60');
        return ports.lake.write(table, keyOf);
      },
    };
    const { failed, written } = await writeBatches({ ...ports, lake })(session);
    expect(failed.map(({ snapshotId }) => snapshotId)).toEqual([poison, second]);
    expect(written.reduce((sum, row) => sum + row.snapshots, 0)).toBe(5);
    const others = idsOf(session).filter((id) => id !== poison && id !== second);
    expect(await inLake()).toEqual(others.sort());
  });

  it('asks for one try only of what fails for an outage', async () => {
    let tries = 0;
    const lake: Ports['lake'] = {
      ...ports.lake,
      async write() {
        tries += 1;
        throw new Temporary('put object: out of reach');
      },
    };
    expect((await writeBatches({ ...ports, lake })(aSession({ minutes: 4 }))).failed).toHaveLength(4);
    expect(tries).toBe(1);
  });

  it.each([
    ['before the file', 'lake', 'write', 'before'],
    ['between file and registry', 'lake', 'write', 'after'],
    ['before the registry', 'registry', 'commit', 'before'],
    ['after the registry', 'registry', 'commit', 'after'],
  ] as const)(
    'stores each snapshot once when it dies %s and is delivered again',
    async (_, port, method, fault) => {
      const session = aSession({ minutes: 3 });
      const faulty = { ...ports, [port]: withFaults<object>(ports[port], failOnce(method, fault)) } as Ports;
      const first = await writeBatches(faulty)(session);
      expect(first.failed.map(({ snapshotId }) => snapshotId)).toEqual(idsOf(session));
      await writeBatches(ports)(session.toReversed());
      expect(await inLake()).toEqual(idsOf(session).sort());
    },
  );
});
