import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession, randomOf } from '../../factories/session.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';
import { type Fault, failOnce, withFaults } from '../faults.ts';
import { chainSnapshots, openPorts, type Ports, stagesOf } from '../pipeline.ts';

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
const chain = () => chainSnapshots(ports, 'NSE', DATE);
const rawFiles = () => ports.bucket.list('raw/');
const later = (snapshot: StoredSnapshot, ms: number) => utcIso(Date.parse(snapshot.timestamp) + ms);
const asKept = (snapshots: readonly StoredSnapshot[]) =>
  snapshots.map((snapshot) => ({ ...snapshot, revised: false }));

/** Writes each snapshot as a micro-batch of its own, in the given order. */
async function writeOneByOne(snapshots: readonly StoredSnapshot[]): Promise<void> {
  for (const snapshot of snapshots) await stagesOf(ports).write([snapshot]);
}

describe('compactChainDay', () => {
  it('merges micro-batches written in any order into one file by time', async () => {
    const session = aSession({ minutes: 8, faults: 0.1 });
    const random = randomOf(3);
    await writeOneByOne(session.toSorted(() => random() - 0.5));
    const report = await stagesOf(ports).compact('NSE', DATE);
    const rows = session.flatMap(({ legs }) => legs).length;
    expect(report).toMatchObject({
      rows,
      snapshots: session.length,
      duplicates: 0,
      revised: 0,
      batches: session.length,
    });
    expect(report.path).toMatch(/^chain\/exchange=NSE\/date=2025-12-04\/[0-9a-f]{16}\.parquet$/);
    expect(await chain()).toEqual(asKept(session));
    expect(await rawFiles()).toEqual([]);
  });

  it('gives the same file whatever the order and the batches', async () => {
    const session = aSession({ minutes: 5 });
    const paths: string[] = [];
    for (const order of [session, session.toReversed()]) {
      ports = await openPorts(cloud);
      await writeOneByOne(order);
      paths.push((await stagesOf(ports).compact('NSE', DATE)).path);
    }
    ports = await openPorts(cloud);
    await stagesOf(ports).write(session);
    paths.push((await stagesOf(ports).compact('NSE', DATE)).path);
    expect(new Set(paths).size).toBe(1);
  });

  it('keeps a revision and flags it, whichever was written first', async () => {
    const first = aStoredSnapshot();
    const second = aStoredSnapshot({ vix: 12, received_at: later(first, 30_000) });
    await writeOneByOne([second, first]);
    expect(await stagesOf(ports).compact('NSE', DATE)).toMatchObject({ snapshots: 2, revised: 1 });
    expect(await chain()).toEqual([
      { ...first, revised: false },
      { ...second, revised: true },
    ]);
  });

  it('takes in what came late, also what must count instead of what counted', async () => {
    const [first, second, third] = aSession({ minutes: 3 }) as [
      StoredSnapshot,
      StoredSnapshot,
      StoredSnapshot,
    ];
    const revision = { ...aStoredSnapshot({ ...second, vix: 30 }), received_at: later(second, 60_000) };
    const late = { ...revision, snapshot_id: 'f'.repeat(32) };
    await writeOneByOne([late, third]);
    const before = await stagesOf(ports).compact('NSE', DATE);
    await writeOneByOne([first, second]);
    const after = await stagesOf(ports).compact('NSE', DATE);
    expect(after).toMatchObject({ batches: 2, snapshots: 4, revised: 1 });
    expect(after.path).not.toBe(before.path);
    expect(await chain()).toEqual([
      { ...first, revised: false },
      { ...second, revised: false },
      { ...late, revised: true },
      { ...third, revised: false },
    ]);
    // A dataset made of the day before must still find its file.
    expect(await ports.bucket.list('chain/')).toContain(before.path);
  });

  it('changes nothing when nothing is new', async () => {
    await stagesOf(ports).write(aSession({ minutes: 2 }));
    const first = await stagesOf(ports).compact('NSE', DATE);
    const row = await ports.registry.dayFile('chain', 'chain', 'NSE', DATE);
    expect(await stagesOf(ports).compact('NSE', DATE)).toEqual({ ...first, batches: 0 });
    expect(await ports.registry.dayFile('chain', 'chain', 'NSE', DATE)).toEqual(row);
  });

  it('says RejectedInput naming exchange and date when there is nothing', async () => {
    await expect(stagesOf(ports).compact('BSE', DATE)).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'date',
      message: expect.stringMatching(/BSE on 2025-12-04/),
    });
  });

  it.each([
    ['reading', 'lake', 'read', 'before'],
    ['writing the file', 'lake', 'write', 'before'],
    ['between file and registry', 'lake', 'write', 'after'],
    ['before the switch', 'registry', 'switchDayFile', 'before'],
    ['after the switch', 'registry', 'switchDayFile', 'after'],
    ['before the old files are removed', 'lake', 'remove', 'before'],
    ['after the old files are removed', 'lake', 'remove', 'after'],
  ] as const)(
    'loses and doubles nothing when it dies %s and runs again',
    async (_, port, method, fault: Fault) => {
      const session = aSession({ minutes: 4 });
      await writeOneByOne(session);
      const faulty = { ...ports, [port]: withFaults<object>(ports[port], failOnce(method, fault)) } as Ports;
      await expect(stagesOf(faulty).compact('NSE', DATE)).rejects.toThrow(method);
      await stagesOf(ports).compact('NSE', DATE);
      expect(await chain()).toEqual(asKept(session));
      expect(await rawFiles()).toEqual([]);
    },
  );

  it('lets one of several racing compactions count; the others say Conflict', async () => {
    const session = aSession({ minutes: 6 });
    await writeOneByOne(session);
    const { compact } = stagesOf(ports);
    const results = await Promise.allSettled([1, 2, 3].map(() => compact('NSE', DATE)));
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    expect(reasons.every((name) => name === 'Conflict')).toBe(true);
    expect(reasons.length).toBeLessThan(3);
    expect(await chain()).toEqual(asKept(session));
  });

  it('says Conflict, not NotFound, when a faster compaction has removed what it was about to read', async () => {
    await writeOneByOne(aSession({ minutes: 2 }));
    const { compact } = stagesOf(ports);
    const overtaken = {
      ...ports,
      lake: { ...ports.lake, read: overtake(ports, () => compact('NSE', DATE)) },
    };
    await expect(stagesOf(overtaken).compact('NSE', DATE)).rejects.toMatchObject({ name: 'Conflict' });
  });

  it('says InvariantViolated when a registered file is not what was written', async () => {
    await stagesOf(ports).write(aSession({ minutes: 2 }));
    const [path] = await rawFiles();
    await ports.bucket.put(path!, 'something else');
    await expect(stagesOf(ports).compact('NSE', DATE)).rejects.toMatchObject({
      name: 'InvariantViolated',
      field: path,
    });
  });
});

/** Reads after `first` has run to its end, once. */
function overtake({ lake }: Ports, first: () => Promise<unknown>): Ports['lake']['read'] {
  let done = false;
  return async (file, columns) => {
    if (!done) {
      done = true;
      await first();
    }
    return lake.read(file, columns);
  };
}
