import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createSqs, type QueueHandle } from '../../../local/sqs/sqs.ts';
import { FIFO, START_MS, settings } from './sqs-fixture.ts';

const MAX_RECEIVES = 3;
const VISIBILITY_MS = 30_000;
const GROUPS = ['a', 'b', 'c'];

type Step =
  | { readonly kind: 'send'; readonly groups: readonly string[] }
  | { readonly kind: 'receive'; readonly max: number }
  | { readonly kind: 'delete' | 'release'; readonly pick: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('send' as const),
    groups: fc.array(fc.constantFrom(...GROUPS), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'release' as const), pick: fc.nat(1000) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1000, 15_000, 30_000) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

interface Waiting {
  readonly body: string;
  visibleAtMs: number;
  receives: number;
  handle: string;
}

/** What is in the queue, by group and in the order sent, kept beside the real one. */
class Model {
  readonly directory = mkdtempSync(join(tmpdir(), 'fifo-model-'));
  readonly clock = simulatedClock(START_MS);
  readonly groups = new Map<string, Waiting[]>(GROUPS.map((group) => [group, []]));
  readonly dead: string[] = [];
  sent = 0;
  sqs = this.#open();

  get queue(): QueueHandle {
    return this.sqs.queue('jobs.fifo');
  }

  async perform(action: Step): Promise<void> {
    if (action.kind === 'send') this.#send(action.groups);
    else if (action.kind === 'receive') this.#receive(action.max);
    else if (action.kind === 'wait') await this.clock.advanceTo(this.clock.nowMs() + action.ms);
    else if (action.kind === 'restart') await this.#restart();
    else this.#settle(action.kind, action.pick);
    expect(this.sqs.queue('dead.fifo').depth().visible).toBe(this.dead.length);
  }

  async close(): Promise<void> {
    await this.sqs.close();
    rmSync(this.directory, { recursive: true });
  }

  #send(groups: readonly string[]): void {
    const messages = groups.map((groupId) => ({ body: `${groupId}${++this.sent}`, groupId }));
    this.queue.send(messages);
    for (const { body, groupId } of messages) {
      this.groups.get(groupId)!.push({ body, visibleAtMs: 0, receives: 0, handle: '' });
    }
  }

  /** Of a group that has nothing in flight come its first messages, in order; what is used up makes room. */
  #receive(max: number): void {
    const nowMs = this.clock.nowMs();
    const open = [...this.groups].filter(([, all]) => all.every(({ visibleAtMs }) => visibleAtMs <= nowMs));
    const received = this.queue.receive(max, VISIBILITY_MS);
    for (const { body } of this.sqs.queue('dead.fifo').receive(1000, 0)) this.#bury(body);
    for (const [group, all] of open) {
      const got = received.filter(({ body }) => body.startsWith(group));
      expect(got.map(({ body }) => body)).toEqual(all.slice(0, got.length).map(({ body }) => body));
      for (const [at, { receiptHandle }] of got.entries()) {
        expect(all[at]!.receives).toBeLessThan(MAX_RECEIVES);
        all[at]!.receives += 1;
        all[at]!.visibleAtMs = nowMs + VISIBILITY_MS;
        all[at]!.handle = receiptHandle;
      }
    }
    const deliverable = open.flatMap(([, all]) => all);
    expect(received).toHaveLength(Math.min(max, deliverable.length));
  }

  #bury(body: string): void {
    if (this.dead.includes(body)) return;
    const group = this.groups.get(body[0]!)!;
    const at = group.findIndex((one) => one.body === body);
    expect(group[at]).toMatchObject({ receives: MAX_RECEIVES });
    group.splice(at, 1);
    this.dead.push(body);
  }

  #settle(kind: 'delete' | 'release', pick: number): void {
    const nowMs = this.clock.nowMs();
    const inFlight = [...this.groups.values()].flat().filter(({ visibleAtMs }) => visibleAtMs > nowMs);
    const chosen = inFlight[pick % Math.max(1, inFlight.length)];
    if (chosen === undefined) return;
    if (kind === 'release') {
      expect(this.queue.release([chosen.handle])).toEqual([true]);
      chosen.visibleAtMs = nowMs;
      return;
    }
    expect(this.queue.delete([chosen.handle])).toEqual([true]);
    const group = this.groups.get(chosen.body[0]!)!;
    group.splice(group.indexOf(chosen), 1);
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
    sqs.createQueue(settings('dead.fifo', { fifo: FIFO }));
    const limits = { maxReceiveCount: MAX_RECEIVES, deadLetterQueueName: 'dead.fifo' };
    sqs.createQueue(settings('jobs.fifo', { fifo: FIFO, ...limits }));
    return sqs;
  }
}

it('a group comes in the order sent and never while one of it is out, whatever consumers do', async () => {
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
