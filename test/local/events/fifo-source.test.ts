import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { EventSource } from '../../../local/events/event-source.ts';
import { ReceiptJournal } from '../../../local/events/receipt-journal.ts';
import { createSqs, type QueueHandle, type SqsService } from '../../../local/sqs/sqs.ts';
import { FIFO, settings } from '../sqs/sqs-fixture.ts';

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

let directory: string;
let clock: SwitchableClock;
let sqs: SqsService;
let fifo: QueueHandle;
let source: EventSource | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fifo-source-'));
  clock = simulatedClock(0);
  const place = { directory: join(directory, 'sqs'), endpoint: () => 'http://127.0.0.1:1' };
  sqs = createSqs({ ...place, clock, accountId: '0', region: 'r' });
  sqs.createQueue(settings('dead.fifo', { fifo: FIFO }));
  const limits = { deadLetterQueueName: 'dead.fifo', maxReceiveCount: 3 };
  fifo = sqs.createQueue(settings('work.fifo', { visibilityTimeoutS: 360, fifo: FIFO, ...limits }));
});
afterEach(async () => {
  await source?.stop();
  await sqs.close();
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a source of one message a batch whose function answers by `answer`; what it was given, in order. */
function start(answer: (record: SqsRecord) => unknown = () => null): SqsRecord[] {
  const given: SqsRecord[] = [];
  source = new EventSource({
    ...{ functionArn: 'f', batchSize: 1, windowSeconds: 0, reportsItemFailures: true, maximumConcurrency: 2 },
    ...{ queue: fifo, clock, journal: new ReceiptJournal(join(directory, 'work.receipts')) },
    async invoke(payload) {
      const [record] = JSON.parse(payload).Records as SqsRecord[];
      given.push(record!);
      return { ok: true, payload: JSON.stringify((await answer(record!)) ?? null) };
    },
    onError: (error) => {
      throw error;
    },
  });
  source.start();
  return given;
}

const put = (groupId: string, ...bodies: string[]) => fifo.send(bodies.map((body) => ({ body, groupId })));
const bodiesOf = (records: readonly SqsRecord[]) => records.map(({ body }) => body);

test('gives one batch of a group at a time, in order, and two groups at once', async () => {
  const running = new Set<string>();
  let most = 0;
  const given = start(async ({ body }) => {
    const group = body[0]!;
    expect(running).not.toContain(group);
    most = Math.max(most, running.add(group).size);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running.delete(group);
  });
  const names = (group: string) => Array.from({ length: 12 }, (_, at) => `${group}${at}`);
  put('a', 'a first');
  put('b', 'b first');
  put('a', ...names('a'));
  put('b', ...names('b'));
  await clock.advanceTo(1);
  expect(given).toHaveLength(26);
  for (const group of ['a', 'b']) {
    const own = bodiesOf(given).filter((body) => body.startsWith(group));
    expect(own).toEqual([`${group} first`, ...names(group)]);
  }
  expect(most).toBe(2);
});

test('tells the function group, number and deduplication id', async () => {
  const given = start();
  put('a', 'one');
  await clock.advanceTo(1);
  expect(given.map(({ attributes }) => attributes)).toMatchObject([
    {
      MessageGroupId: 'a',
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
      MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test('a failed message holds its group until it comes again, and no other; then it goes on without it', async () => {
  const given = start(({ body, messageId }) => ({
    batchItemFailures: body === 'a1' ? [{ itemIdentifier: messageId }] : [],
  }));
  put('a', 'a1', 'a2');
  put('b', 'b1', 'b2');
  await clock.advanceTo(359_999);
  expect(bodiesOf(given).toSorted()).toEqual(['a1', 'b1', 'b2']);
  await clock.advanceTo(719_999);
  expect(bodiesOf(given).filter((body) => body.startsWith('a'))).toEqual(['a1', 'a1']);
  await clock.advanceTo(1_080_000);
  expect(bodiesOf(given).slice(-2)).toEqual(['a1', 'a2']);
  expect(sqs.queue('dead.fifo').depth().visible).toBe(1);
});
