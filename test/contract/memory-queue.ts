import { RejectedInput } from '../../shared/errors.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';

const MAX_BYTES = 1_048_576;

/** A message on its way; `body` is text as SQS carries it. */
export interface MemoryMessage {
  readonly messageId: string;
  readonly body: string;
  receiveCount: number;
}

export interface MemoryQueueOptions {
  /** After this many receives a message goes to the dead-letter queue instead of out again. */
  readonly maxReceiveCount?: number;
  readonly deadLetters?: MemoryQueue;
  /** Chooses which message comes next; without it they come in order. */
  readonly random?: () => number;
}

/** A standard queue in memory: at least once, in any order, with a dead-letter queue. It yields once in each send. */
export class MemoryQueue implements MessageQueue {
  readonly #options: MemoryQueueOptions;
  readonly #visible: MemoryMessage[] = [];
  readonly #inFlight = new Set<MemoryMessage>();
  #sent = 0;

  constructor(options: MemoryQueueOptions = {}) {
    this.#options = options;
  }

  async sendAll(messages: readonly unknown[]): Promise<void> {
    const bodies = messages.map((message) => JSON.stringify(message));
    const large = bodies.find((body) => Buffer.byteLength(body) > MAX_BYTES);
    if (large !== undefined)
      throw new RejectedInput(
        `message: expected at most ${MAX_BYTES} bytes, was ${Buffer.byteLength(large)}`,
      );
    await undefined;
    for (const body of bodies) this.put(body);
  }

  /** Puts a text on the queue that may be no JSON at all. */
  put(body: string): void {
    this.#visible.push({ messageId: `m${++this.#sent}`, body, receiveCount: 0 });
  }

  /** Takes up to `max` messages out of sight until they are deleted or released. */
  receive(max: number): MemoryMessage[] {
    const { random = () => 0, maxReceiveCount = Number.POSITIVE_INFINITY, deadLetters } = this.#options;
    const taken: MemoryMessage[] = [];
    while (taken.length < max && this.#visible.length > 0) {
      const [message] = this.#visible.splice(Math.floor(random() * this.#visible.length), 1);
      if (message!.receiveCount >= maxReceiveCount && deadLetters !== undefined) {
        deadLetters.#visible.push({ ...message!, receiveCount: 0 });
        continue;
      }
      message!.receiveCount += 1;
      this.#inFlight.add(message!);
      taken.push(message!);
    }
    return taken;
  }

  delete(messages: readonly MemoryMessage[]): void {
    for (const message of messages) this.#inFlight.delete(message);
  }

  /** Makes messages in flight visible again, as their timeout does. */
  release(messages: readonly MemoryMessage[]): void {
    for (const message of messages) if (this.#inFlight.delete(message)) this.#visible.push(message);
  }

  /** Every visibility timeout is over. */
  releaseAll(): void {
    this.release([...this.#inFlight]);
  }

  depth(): { readonly visible: number; readonly inFlight: number } {
    return { visible: this.#visible.length, inFlight: this.#inFlight.size };
  }

  /** Moves every visible message to `target` as a new one. @returns how many */
  moveTo(target: MemoryQueue): number {
    const moved = this.#visible.splice(0);
    for (const { body } of moved) target.put(body);
    return moved.length;
  }

  /** The bodies of all messages, in flight or not; nothing changes. */
  bodies(): string[] {
    return [...this.#visible, ...this.#inFlight].map(({ body }) => body);
  }
}
