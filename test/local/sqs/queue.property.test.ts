import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createSqs, type QueueHandle } from '../../../local/sqs/sqs.ts';
import { START_MS, settings } from './sqs-fixture.ts';

const MAX_RECEIVES = 3;
const VISIBILITY_MS = 30_000;

type Step =
  | { readonly kind: 'send'; readonly count: number; readonly delayS: number }
  | { readonly kind: 'receive'; readonly max: number }
  | { readonly kind: 'delete' | 'release'; readonly pick: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('send' as const),
    count: fc.integer({ min: 1, max: 4 }),
    delayS: fc.constantFrom(0, 0, 20),
  }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'release' as const), pick: fc.nat(1000) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1000, 15_000, 30_000) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

/** What one message should be doing, kept beside the real queue. */
interface Expected {
  visibleAtMs: number;
  receives: number;
  handle: string | undefined;
  place: 'queue' | 'dead' | 'deleted';
}

class Model {
  readonly directory = mkdtempSync(join(tmpdir(), 'sqs-model-'));
  readonly clock = simulatedClock(START_MS);
  readonly messages = new Map<string, Expected>();
  /** Every handle ever given, with its message. */
  readonly handles: { readonly handle: string; readonly id: string }[] = [];
  sqs = this.#open();

  get queue(): QueueHandle {
    return this.sqs.queue('jobs');
  }

  async perform(action: Step): Promise<void> {
    if (action.kind === 'send') this.#send(action.count, action.delayS);
    else if (action.kind === 'receive') this.#receive(action.max);
    else if (action.kind === 'wait') await this.clock.advanceTo(this.clock.nowMs() + action.ms);
    else if (action.kind === 'restart') await this.#restart();
    else this.#settle(action.kind, action.pick);
    this.#compare();
  }

  async close(): Promise<void> {
    await this.sqs.close();
    rmSync(this.directory, { recursive: true });
  }

  #send(count: number, delayS: number): void {
    const sent = this.queue.send(Array.from({ length: count }, () => ({ body: 'x', delayS })));
    const visibleAtMs = this.clock.nowMs() + delayS * 1000;
    for (const { messageId } of sent) {
      this.messages.set(messageId, { visibleAtMs, receives: 0, handle: undefined, place: 'queue' });
    }
  }

  #receive(max: number): void {
    const nowMs = this.clock.nowMs();
    const deliverable = this.#inQueue().filter((m) => m.visibleAtMs <= nowMs && m.receives < MAX_RECEIVES);
    const received = this.queue.receive(max, VISIBILITY_MS);
    expect(received).toHaveLength(Math.min(max, deliverable.length));
    for (const { messageId, receiptHandle } of received) {
      const message = this.messages.get(messageId) as Expected;
      expect(deliverable).toContain(message);
      message.receives += 1;
      message.visibleAtMs = nowMs + VISIBILITY_MS;
      message.handle = receiptHandle;
      this.handles.push({ handle: receiptHandle, id: messageId });
    }
    this.#buryAsQueueDid();
  }

  /** Which used-up messages a receive looked at is the queue's choice; that each of them is used up is not. */
  #buryAsQueueDid(): void {
    const dead = this.sqs.queue('dead');
    for (const { messageId } of dead.receive(1000, 0)) {
      const message = this.messages.get(messageId) as Expected;
      expect(message).toMatchObject({ receives: MAX_RECEIVES });
      message.place = 'dead';
    }
  }

  #settle(kind: 'delete' | 'release', pick: number): void {
    const chosen = this.handles[pick % Math.max(1, this.handles.length)];
    if (chosen === undefined) return;
    const nowMs = this.clock.nowMs();
    const message = this.messages.get(chosen.id) as Expected;
    const isLatest = message.place === 'queue' && message.handle === chosen.handle;
    if (kind === 'delete') {
      expect(this.queue.delete([chosen.handle])).toEqual([isLatest]);
      if (isLatest) message.place = 'deleted';
      return;
    }
    const isInFlight = isLatest && message.visibleAtMs > nowMs;
    expect(this.queue.release([chosen.handle])).toEqual([isInFlight]);
    if (isInFlight) message.visibleAtMs = nowMs;
  }

  /** Nothing lost, nothing twice: each message is where the model says, and counted once. */
  #compare(): void {
    const nowMs = this.clock.nowMs();
    const inQueue = this.#inQueue();
    const hidden = inQueue.filter((m) => m.visibleAtMs > nowMs);
    expect(this.queue.depth()).toEqual({
      visible: inQueue.length - hidden.length,
      inFlight: hidden.filter((m) => m.receives > 0).length,
      delayed: hidden.filter((m) => m.receives === 0).length,
    });
    const dead = [...this.messages.values()].filter((m) => m.place === 'dead').length;
    expect(this.sqs.queue('dead').depth().visible).toBe(dead);
  }

  #inQueue(): Expected[] {
    return [...this.messages.values()].filter((m) => m.place === 'queue');
  }

  async #restart(): Promise<void> {
    await this.sqs.close();
    this.sqs = this.#open();
  }

  #open() {
    const sqs = createSqs({
      directory: this.directory,
      clock: this.clock,
      endpoint: () => 'http://127.0.0.1:1/aws/sqs',
      accountId: '111122223333',
      region: 'ap-south-1',
    });
    sqs.createQueue(settings('dead'));
    sqs.createQueue(settings('jobs', { maxReceiveCount: MAX_RECEIVES, deadLetterQueueName: 'dead' }));
    return sqs;
  }
}

it('loses nothing and deletes nothing twice, whatever consumers do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const model = new Model();
      try {
        for (const action of steps) await model.perform(action);
      } finally {
        await model.close();
      }
    }),
    { numRuns: 60, seed: 20251204 },
  );
});
