import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../cli/connection.ts';
import { type LakeArrival, lakeArrival, showArrival } from '../../cli/lake-arrival.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../contract/embedded-cloud.ts';
import { aBatchRow } from '../factories/registry.ts';
import { aSession } from '../factories/session.ts';

let cloud: EmbeddedCloud;
let registry: BatchRegistry;
let arrival: LakeArrival;
const before = { ...process.env };
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  const batches = await cloud.table();
  registry = dynamoBatchRegistry(cloud.dynamodb, batches);
  const { protocol, hostname, port, path } = await cloud.dynamodb.config.endpoint!();
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}${path}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const connection = { region: 'ap-south-1', tables: { batches }, environment };
  arrival = lakeArrival(connection as unknown as Connection);
});
afterAll(async () => {
  process.env = before;
  await cloud.stop();
});

const [first, second, third] = aSession({ minutes: 3 }) as [StoredSnapshot, StoredSnapshot, StoredSnapshot];
const other = aSession({ date: '2025-12-05', minutes: 1 })[0] as StoredSnapshot;

/** Registers snapshots of one day as a micro-batch. */
async function arrive(date: string, ...snapshots: readonly StoredSnapshot[]): Promise<void> {
  const ids = snapshots.map(({ snapshot_id }) => snapshot_id);
  await registry.commit(aBatchRow({ date, batch_id: `batch-${ids[0]}` }), ids);
}

async function waited(): Promise<[arrived: number, expected: number][]> {
  const progress: [number, number][] = [];
  await arrival.untilArrived((arrived, expected) => progress.push([arrived, expected]));
  return progress;
}

describe('lakeArrival', () => {
  it('has nothing to wait for when nothing was posted', async () => {
    expect(await waited()).toEqual([]);
  });

  it('waits until each expected snapshot is registered, on its own day', async () => {
    for (const one of [first, second, other]) arrival.expect(one);
    await arrive('2025-12-04', first);
    const waiting = waited();
    await arrive('2025-12-04', second);
    await arrive('2025-12-05', other);
    const progress = await waiting;
    expect(progress.at(-1)).toEqual([3, 3]);
    const counts = progress.map(([arrived]) => arrived);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('counts a snapshot that was posted twice once', async () => {
    for (const one of [first, first, third]) arrival.expect(one);
    await arrive('2025-12-04', first, third);
    expect(await waited()).toEqual([[2, 2]]);
  });

  it('does not take the registration on another day for its own', async () => {
    arrival.expect(first);
    await arrive('2025-12-05', first);
    let isDone = false;
    const waiting = waited().then(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(isDone).toBe(false);
    await arrive('2025-12-04', first);
    await waiting;
  });
});

describe('showArrival', () => {
  async function shown(...progress: readonly (readonly [arrived: number, expected: number])[]) {
    const texts: string[] = [];
    const scripted = {
      async untilArrived(onProgress: (arrived: number, expected: number) => void) {
        for (const [arrived, expected] of progress) onProgress(arrived, expected);
      },
    };
    await showArrival(scripted, {
      line: (text = '') => void texts.push(text),
      progress: (label, done, total) => void texts.push(`${label} ${done}/${total}`),
    });
    return texts;
  }

  it('says once what is waited for, before the first number', async () => {
    expect(await shown([1, 3], [1, 3], [3, 3])).toEqual([
      'waiting for the last batch window, up to 60 s',
      ...['in the lake 1/3', 'in the lake 1/3', 'in the lake 3/3'],
    ]);
  });

  it('says nothing of waiting when all is there at once, or nothing was posted', async () => {
    expect(await shown([3, 3])).toEqual(['in the lake 3/3']);
    expect(await shown()).toEqual([]);
  });
});
