import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { ingestSnapshots } from '../../../functions/ingest/ingest-snapshots.ts';
import { EventSource } from '../../../local/events/event-source.ts';
import { ReceiptJournal } from '../../../local/events/receipt-journal.ts';
import { sqsOrderedQueue } from '../../../shared/adapters/sqs/ordered-queue.ts';
import { sqsReturnMessage } from '../../../shared/adapters/sqs/return-message.ts';
import { chainGroups } from '../../../shared/domain/features/chain-groups.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { onlineArrivalSchema } from '../../../shared/domain/features/online-arrival.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { Temporary } from '../../../shared/errors.ts';
import { orderedQueueConsumer } from '../../../shared/observability/ordered-queue.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { marketDay } from '../../factories/market-day.ts';
import { openPorts, stagesOf } from '../pipeline.ts';

/** The day after the one that the cloud's clock starts on. */
const DATE = '2025-12-05';
const CHAINS: readonly Exchange[] = ['NSE', 'BSE', 'NSE_MONTHLY'];
/** Enough for a row of every set. */
const ONE_BY_ONE = 36;
const A_REQUEST = 6;
const SETS = [TRACKER_V2, CHAIN_V3];

let cloud: EmbeddedCloud;
let folder: string;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  folder = mkdtempSync(join(tmpdir(), 'burst-'));
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The stages from the tracker's request to the row, with the queue and its consumers as they are deployed. */
async function openLoop(name: string) {
  const ports = await openPorts(cloud, SETS);
  const [url, stored] = [cloud.orderedQueue(), [] as StoredSnapshot[]];
  const faults = new Set<string>();
  const update = updateFeatures({ ...ports, toScore: { sendAll: async () => undefined } });
  const handler = orderedQueueConsumer({
    schema: onlineArrivalSchema,
    giveBack: sqsReturnMessage(cloud.sqs, url),
    async consume(arrival) {
      if (faults.delete(arrival.snapshot.timestamp)) throw new Temporary('the table is busy');
      const { failed } = await update([arrival]);
      for (const { error } of failed) throw error;
    },
  });
  const source = new EventSource({
    ...{ functionArn: 'f', batchSize: 1, windowSeconds: 0, reportsItemFailures: true, maximumConcurrency: 2 },
    ...{ queue: cloud.services.sqs.queue(url.split('/').at(-1)!), clock: cloud.clock },
    journal: new ReceiptJournal(join(folder, name)),
    invoke: async (payload) => {
      const answer = await handler(JSON.parse(payload) as SQSEvent, {} as never);
      return { ok: true, payload: JSON.stringify(answer) };
    },
    onError: (error) => {
      throw error;
    },
  });
  source.start();
  const ingest = ingestSnapshots({
    toBatch: { sendAll: async (messages) => void stored.push(...(messages as StoredSnapshot[])) },
    toFeature: sqsOrderedQueue(cloud.sqs, url),
    groups: chainGroups(SETS),
    clock: () => cloud.clock.nowMs(),
  });
  return {
    ports,
    source,
    faults,
    stored,
    ingest,
    depth: () => cloud.services.sqs.queue(nameOf(url)).depth(),
  };
}

const nameOf = (url: string) => url.split('/').at(-1)!;
const posted = ({ snapshot_id, received_at, recorded_at, origin, ...snapshot }: StoredSnapshot) => snapshot;

/** The requests of a day that runs one by one and then comes six minutes at a time. */
function requestsOf(minutes: number): StoredSnapshot[][] {
  const day = marketDay({ date: DATE, exchanges: [...CHAINS], minutes, edge: 0.6, seed: 11 });
  const byMinute = [...Map.groupBy(day, ({ timestamp }) => timestamp.slice(0, 16)).values()].sort(
    (a, b) => epochMs(a[0]!.timestamp) - epochMs(b[0]!.timestamp),
  );
  const burst = byMinute.slice(ONE_BY_ONE);
  const requests = byMinute.slice(0, ONE_BY_ONE);
  while (burst.length > 0) requests.push(burst.splice(0, A_REQUEST).flat());
  return requests;
}

type Loop = Awaited<ReturnType<typeof openLoop>>;

/** Nothing waits, runs or is hidden. */
async function settle({ source, depth }: Loop): Promise<void> {
  await expect
    .poll(
      async () => {
        await cloud.clock.advanceTo(cloud.clock.nowMs() + 1000);
        return { ...depth(), ...source.status() };
      },
      { timeout: 60_000, interval: 20 },
    )
    .toEqual({ visible: 0, inFlight: 0, delayed: 0, buffered: 0, running: 0 });
}

async function post(loop: Loop, request: readonly StoredSnapshot[]): Promise<void> {
  const lastMs = Math.max(...request.map(({ timestamp }) => epochMs(timestamp)));
  await cloud.clock.advanceTo(Math.max(lastMs + 1000, cloud.clock.nowMs()));
  const { rejected } = await loop.ingest(request.map(posted), false);
  expect(rejected).toEqual([]);
}

/** Of each chain and set: rows served, and how many of them the lake gives bit for bit. */
async function parityOf({ ports, stored }: Loop) {
  const stages = stagesOf(ports);
  await stages.write(stored);
  for (const chain of CHAINS) await stages.compact(chain, DATE);
  const found: Record<string, { served: number; equal: number }> = {};
  for (const chain of CHAINS) {
    for (const { set, served, equal } of (await stages.feature(chain, DATE)).sets)
      found[`${chain} ${set}`] = { served, equal };
  }
  return found;
}

it('minutes that come in bursts, of several chains at once, give the rows that the lake gives', async () => {
  const loop = await openLoop('burst');
  const requests = requestsOf(60);
  for (const request of requests.slice(0, ONE_BY_ONE)) {
    await post(loop, request);
    await settle(loop);
  }
  const [first, second, ...rest] = requests.slice(ONE_BY_ONE);
  // The first of the burst fails once, and the next request is there before it comes again.
  loop.faults.add(utcIso(epochMs(first![0]!.timestamp)));
  await post(loop, first!);
  await loop.ingest(second!.map(posted), false);
  for (const request of rest) await post(loop, request);
  await settle(loop);
  expect(loop.faults.size).toBe(0);
  await loop.source.stop();
  const parity = await parityOf(loop);
  for (const [name, { served, equal }] of Object.entries(parity)) {
    expect(served, name).toBeGreaterThan(24);
    expect(equal, name).toBe(served);
  }
}, 120_000);
