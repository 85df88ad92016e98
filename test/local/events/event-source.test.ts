import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { EventSource, type EventSourceSettings } from '../../../local/events/event-source.ts';
import { ReceiptJournal } from '../../../local/events/receipt-journal.ts';
import type { Outcome } from '../../../local/lambda/worker.ts';
import { createSqs, type QueueHandle, type SqsService } from '../../../local/sqs/sqs.ts';

let directory: string;
let clock: SwitchableClock;
let sqs: SqsService;
let queue: QueueHandle;
let dead: QueueHandle;
const sources: EventSource[] = [];

function openQueues(): void {
  sqs = createSqs({
    directory: join(directory, 'sqs'),
    clock,
    endpoint: () => 'http://127.0.0.1:1',
    accountId: '0',
    region: 'r',
  });
  const settings = { visibilityTimeoutS: 360, retentionS: 345_600, delayS: 0 };
  dead = sqs.createQueue({ ...settings, name: 'dead' });
  queue = sqs.createQueue({ ...settings, name: 'work', deadLetterQueueName: 'dead', maxReceiveCount: 3 });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'events-'));
  clock = simulatedClock(0);
  openQueues();
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.stop()));
  await sqs.close();
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Batch {
  readonly atMs: number;
  readonly bodies: readonly string[];
}

/** Starts an event source whose function records its batches and answers by `answer`. */
function start(
  changes: Partial<EventSourceSettings> = {},
  answer: (batch: Batch, ids: string[]) => unknown = () => null,
) {
  const batches: Batch[] = [];
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const invoke = async (payload: string): Promise<Outcome> => {
    const { Records } = JSON.parse(payload) as { Records: { body: string; messageId: string }[] };
    const batch = { atMs: clock.nowMs(), bodies: Records.map(({ body }) => body) };
    batches.push(batch);
    try {
      return {
        ok: true,
        payload: JSON.stringify(
          (await answer(
            batch,
            Records.map(({ messageId }) => messageId),
          )) ?? null,
        ),
      };
    } catch (error) {
      return { ok: false, error: { errorType: 'Error', errorMessage: String(error) } };
    }
  };
  const settings = {
    functionArn: 'f',
    batchSize: 10,
    windowSeconds: 0,
    reportsItemFailures: true,
    maximumConcurrency: 2,
    ...changes,
  };
  const journal = new ReceiptJournal(join(directory, 'work.receipts'));
  const source = new EventSource({ ...settings, queue, clock, journal, invoke, onError });
  sources.push(source);
  source.start();
  return { source, batches, errors };
}
const send = (...bodies: string[]) => queue.send(bodies.map((body) => ({ body })));
const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

describe('without a window', () => {
  test('hands messages over at once and deletes them', async () => {
    const { batches } = start();
    send('a', 'b');
    await clock.advanceTo(1);
    expect(batches).toEqual([{ atMs: 0, bodies: ['a', 'b'] }]);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('takes what lay on the queue before it started', async () => {
    send('a');
    const { batches } = start();
    await clock.advanceTo(1);
    expect(batches).toHaveLength(1);
  });

  test('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    const { batches } = start({ batchSize: 1, maximumConcurrency: 2 }, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    });
    send(...names(8));
    await clock.advanceTo(1);
    expect([most, batches.length]).toEqual([2, 8]);
  });
});

describe('with a window', () => {
  test('waits for it from the first message, and simulated time may pass meanwhile', async () => {
    const { batches, source } = start({ batchSize: 100, windowSeconds: 60 });
    send('a');
    await clock.advanceTo(30_000);
    send('b');
    expect(source.status()).toEqual({ buffered: 2, running: 0 });
    await clock.advanceTo(59_999);
    expect(batches).toEqual([]);
    await clock.advanceTo(60_000);
    expect(batches).toEqual([{ atMs: 60_000, bodies: ['a', 'b'] }]);
  });

  test('leaves at once when the batch is full, and begins a new window with the rest', async () => {
    const { batches } = start({ batchSize: 25, windowSeconds: 60 });
    send(...names(30));
    await clock.advanceTo(1000);
    expect(batches.map(({ bodies }) => bodies.length)).toEqual([25]);
    await clock.advanceTo(60_000);
    expect(batches.map(({ atMs, bodies }) => [atMs, bodies.length])).toEqual([
      [0, 25],
      [60_000, 5],
    ]);
  });

  test('leaves when its payload would pass 6 MB', async () => {
    const { batches } = start({ batchSize: 100, windowSeconds: 60 });
    send(...Array.from({ length: 8 }, () => 'x'.repeat(1_000_000)));
    await clock.advanceTo(60_000);
    expect(batches.map(({ bodies }) => bodies.length)).toEqual([6, 2]);
  });
});

describe('failures', () => {
  test('messages that are reported failed come back alone, after their visibility timeout', async () => {
    const { batches } = start({}, ({ bodies, atMs }, ids) => ({
      batchItemFailures: atMs === 0 ? [{ itemIdentifier: ids[bodies.indexOf('bad')] }] : [],
    }));
    send('good', 'bad');
    await clock.advanceTo(400_000);
    expect(batches).toEqual([
      { atMs: 0, bodies: ['good', 'bad'] },
      { atMs: 360_000, bodies: ['bad'] },
    ]);
  });

  test('an error fails the whole batch, which ends on the dead-letter queue', async () => {
    const { batches } = start({}, () => Promise.reject(new Error('no')));
    send('a', 'b');
    await clock.advanceTo(3_600_000);
    expect(batches.map(({ atMs }) => atMs)).toEqual([0, 360_000, 720_000]);
    expect(dead.depth().visible).toBe(2);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('an answer counts for nothing when failures are not reported', async () => {
    start({ reportsItemFailures: false }, (_, ids) => ({ batchItemFailures: [{ itemIdentifier: ids[0] }] }));
    send('a');
    await clock.advanceTo(3_600_000);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

test('a function that cannot be invoked is told of, and its messages come back', async () => {
  const journal = new ReceiptJournal(join(directory, 'work.receipts'));
  const errors: unknown[] = [];
  const settings = {
    functionArn: 'f',
    batchSize: 10,
    windowSeconds: 0,
    reportsItemFailures: true,
    maximumConcurrency: 2,
  };
  const invoke = () => Promise.reject(new Error('no such function'));
  const source = new EventSource({
    ...settings,
    queue,
    clock,
    journal,
    invoke,
    onError: (error) => errors.push(error),
  });
  sources.push(source);
  source.start();
  send('a');
  await clock.advanceTo(3_600_000);
  expect(errors).toHaveLength(3);
  expect(dead.depth().visible).toBe(1);
});

describe('stopping', () => {
  test('gives back what waits for its window', async () => {
    const { source, batches } = start({ windowSeconds: 60 });
    send('a');
    await source.stop();
    expect(queue.depth().visible).toBe(1);
    await clock.advanceTo(120_000);
    expect(batches).toEqual([]);
  });

  test('after a kill, what was held is there again at once', async () => {
    start({ windowSeconds: 60 });
    send('a', 'b');
    await clock.advanceTo(1000);
    // The process is gone: nothing was stopped, nothing given back.
    sources.splice(0);
    await sqs.close();
    openQueues();
    expect(queue.depth()).toMatchObject({ visible: 0, inFlight: 2 });
    const { batches } = start();
    await clock.advanceTo(2000);
    expect(batches.map(({ bodies }) => bodies)).toEqual([['a', 'b']]);
  });
});
