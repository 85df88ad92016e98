import type { SQSEvent } from 'aws-lambda';
import { takeMessages } from '../../../functions/batch/take-messages.ts';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { compactChainDay } from '../../../functions/compact/compact-day.ts';
import { ingestSnapshots } from '../../../functions/ingest/ingest-snapshots.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { chainGroups } from '../../../shared/domain/features/chain-groups.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../../shared/domain/lake/chain-rows.ts';
import { column } from '../../../shared/domain/lake/column-table.ts';
import { epochMs, MINUTE_MS } from '../../../shared/domain/market/indian-time.ts';
import {
  type Exchange,
  type StoredSnapshot,
  storedSnapshotSchema,
} from '../../../shared/domain/market/snapshot.ts';
import { Conflict, InvariantViolated, NotFound, RejectedInput, Temporary } from '../../../shared/errors.ts';
import { queueConsumer } from '../../../shared/observability/queue.ts';
import type { BatchRegistry } from '../../../shared/ports/batch-registry.ts';
import type { MessageQueue } from '../../../shared/ports/message-queue.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { OrderedQueue } from '../../../shared/ports/ordered-queue.ts';
import type { TableCodec } from '../../../shared/ports/table-codec.ts';
import { MemoryQueue } from '../../contract/memory-queue.ts';
import { Crash, FaultyProcess, type Weather } from './faulty-process.ts';
import { chance, type Posted, type Random, whole } from './schedule-random.ts';

/** What a lake is made of. */
export interface Store {
  readonly registry: BatchRegistry;
  readonly bucket: ObjectStore;
  readonly codec: TableCodec;
}

/** A reader who still misses a file after so many looks at the registry has found a hole in the lake. */
const MAX_LOOKS = 20;

/** How the batch stage mishandles certain snapshots until it is mended. */
export type Bug = 'none' | 'cannot write it' | 'dies of it';

/** The chain from the API to the compacted day, with queues in memory and a weather of faults over all of it. */
export class ScheduleWorld {
  readonly deadLetters = new MemoryQueue();
  readonly toBatch: MemoryQueue;
  readonly toFeature = new MemoryQueue();
  readonly #store: Store;
  readonly #random: Random;
  #weather: Weather;
  #bug: Bug = 'none';
  #poison: ReadonlySet<string> = new Set();

  constructor(store: Store, weather: Weather) {
    this.#store = store;
    this.#weather = weather;
    this.#random = weather.random;
    const { deadLetters } = this;
    this.toBatch = new MemoryQueue({ maxReceiveCount: 5, deadLetters, random: weather.random });
  }

  /** From now on the batch stage has a bug with these snapshots. */
  breakBatch(bug: Bug, snapshotIds: ReadonlySet<string>): void {
    this.#bug = bug;
    this.#poison = snapshotIds;
  }

  mendBatch(): void {
    this.#bug = 'none';
  }

  /** Ports work from now on. */
  clearUp(): void {
    this.#weather = { ...this.#weather, faultRate: 0 };
  }

  /** Posts one request as the tracker does. @returns the ids that were answered 202; none when no answer came. */
  async post(name: string, request: readonly Posted[]): Promise<readonly number[]> {
    const process = new FaultyProcess(name, this.#weather);
    const newest = Math.max(...request.map(({ timestamp }) => epochMs(timestamp)));
    const ingest = ingestSnapshots({
      toBatch: process.port(this.#halfHearted(this.toBatch, process)),
      toFeature: process.port(inOrder(this.#halfHearted(this.toFeature, process))),
      groups: chainGroups([]),
      clock: () => newest + MINUTE_MS,
    });
    try {
      const { accepted, rejected } = await ingest(request, true);
      if (rejected.length > 0) throw new InvariantViolated(rejected[0]!.reason);
      process.say(`202 for ${accepted}`);
      return request.map((_, index) => index);
    } catch (error) {
      if (!(error instanceof Temporary || error instanceof Crash)) throw error;
      process.say('no answer');
      return [];
    }
  }

  /** One invocation of the batch stage on whatever the queue gives. */
  async consume(name: string): Promise<void> {
    const messages = this.toBatch.receive(1 + whole(this.#random, 8));
    if (messages.length === 0) return;
    const process = new FaultyProcess(name, this.#weather);
    process.say(`takes ${messages.map(({ messageId }) => messageId).join(' ')}`);
    // Its visibility timeout is over before it is done: somebody else gets the same messages.
    if (chance(this.#random, this.#weather.faultRate)) this.toBatch.release(messages);
    const failed = await this.#invoke(process, messages);
    if (failed === undefined) return process.say('killed');
    process.say(`done, ${failed.size} failed`);
    this.toBatch.delete(messages.filter(({ messageId }) => !failed.has(messageId)));
  }

  /** One run of the compaction, which may find nothing to do, or that another one was faster. */
  async compact(name: string, exchange: Exchange, date: string): Promise<void> {
    const process = new FaultyProcess(name, this.#weather);
    const { registry } = this.#store;
    const ports = { registry: process.port(registry), lake: this.#lake(process), clock: () => 0 };
    try {
      const { batches, snapshots } = await compactChainDay(ports)(exchange, date);
      process.say(`takes in ${batches} batches, ${snapshots} snapshots`);
    } catch (error) {
      const expected = [RejectedInput, Conflict, Temporary, Crash].some((type) => error instanceof type);
      if (!expected) throw error;
      process.say(`gives up: ${(error as Error).message}`);
    }
  }

  /** Every snapshot of a day as a reader sees it that goes by the registry: the chain, and what is not yet in it. */
  async read(exchange: Exchange, date: string): Promise<ChainDaySnapshot[]> {
    const { registry, bucket, codec } = this.#store;
    const lake = lakeFiles(bucket, codec);
    for (let look = 1; ; look++) {
      const chain = await registry.dayFile('chain', 'chain', exchange, date);
      const batches = await registry.batches(exchange, date);
      const fresh = batches.filter(({ batch_id }) => !chain?.batch_ids.includes(batch_id));
      try {
        const rows: ChainDaySnapshot[] = [];
        for (const file of chain === undefined ? fresh : [chain, ...fresh])
          rows.push(...snapshotsOf(await lake.read(file)));
        return rows;
      } catch (error) {
        // A compaction has switched the registry and removed the file since: the registry says where it is now.
        if (!(error instanceof NotFound) || look === MAX_LOOKS) throw error;
      }
    }
  }

  async #invoke(
    process: FaultyProcess,
    messages: readonly { readonly messageId: string; readonly body: string }[],
  ): Promise<ReadonlySet<string> | undefined> {
    const { registry } = this.#store;
    const ports = { registry: process.port(registry), lake: this.#lake(process), clock: () => 0 };
    const handler = queueConsumer(
      takeMessages(writeBatches(ports), () => {}),
      storedSnapshotSchema,
    );
    const answer = await handler({ Records: messages } as unknown as SQSEvent, {} as never);
    if (process.isDead) return undefined;
    return new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }

  #lake(process: FaultyProcess) {
    const { bucket, codec } = this.#store;
    const write: TableCodec['write'] = (table) => {
      const found = column(table, 'snapshot_id').find((id) => this.#poison.has(String(id)));
      // The compaction has no such bug, and never sees what the batch stage could not write.
      if (found !== undefined && this.#bug !== 'none') {
        if (this.#bug === 'dies of it') process.die();
        throw new InvariantViolated(`snapshot ${found}: cannot be written`);
      }
      return codec.write(table);
    };
    return lakeFiles(process.port(bucket), { write, read: (file, columns) => codec.read(file, columns) });
  }

  /** A queue that may take a part of what it is sent, as SQS may in batches of ten. */
  #halfHearted(queue: MemoryQueue, process: FaultyProcess): MessageQueue {
    return {
      sendAll: async (messages) => {
        if (!chance(this.#random, this.#weather.faultRate)) return queue.sendAll(messages);
        const taken = whole(this.#random, messages.length + 1);
        process.say(`sendAll: takes ${taken} of ${messages.length}`);
        await queue.sendAll(messages.slice(0, taken));
        throw new Temporary('sendAll: not all were taken');
      },
    };
  }
}

/** The snapshots among bodies of messages; what is none is left out. */
export function snapshotsIn(bodies: readonly string[]): StoredSnapshot[] {
  return bodies.flatMap((body) => {
    try {
      const parsed = storedSnapshotSchema.safeParse(JSON.parse(body));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** The messages of a queue that keeps their order, on one whose order does not matter here. */
function inOrder(queue: MessageQueue): OrderedQueue {
  return { sendInOrder: (messages) => queue.sendAll(messages.map(({ body }) => body)) };
}
