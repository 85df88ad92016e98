import type { LocalClock, ScheduledTask } from '../clock/contract.ts';
import { PAYLOAD_LIMIT_BYTES } from '../lambda/definition.ts';
import type { Outcome } from '../lambda/worker.ts';
import type { Message } from '../sqs/queue.ts';
import type { QueueHandle } from '../sqs/sqs.ts';
import { failedMessageIds } from './batch-response.ts';
import type { ReceiptJournal } from './receipt-journal.ts';
import { sqsEvent } from './sqs-event.ts';

/** An event source mapping from a queue to a function. */
export interface EventSourceSettings {
  readonly functionArn: string;
  readonly batchSize: number;
  /** Longest wait for a batch to fill, counted from its first message. */
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Batches that run at once. */
  readonly maximumConcurrency: number;
}

export interface EventSourceOptions extends EventSourceSettings {
  readonly queue: QueueHandle;
  readonly clock: LocalClock;
  readonly journal: ReceiptJournal;
  /** Runs the function; waits while its concurrency is used up. */
  readonly invoke: (payload: string) => Promise<Outcome>;
  /** Told of a batch that could not even be handed over; its messages come back like those of any failure. */
  readonly onError: (error: unknown) => void;
}

/** Room that the envelope of a record takes beside its body, generously. */
const RECORD_OVERHEAD_BYTES = 1200;

/** A received message and the room its record takes, reckoned once. */
interface Buffered {
  readonly message: Message;
  readonly bytes: number;
}

/**
 * Reads a queue in batches and hands them to a function. A batch leaves when it is full (count, or 6 MB) or its
 * window is over; what fails stays on the queue, to be visible again after its visibility timeout.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #running = new Set<Promise<void>>();
  #buffer: Buffered[] = [];
  #bufferBytes = 0;
  #isDue = false;
  #window: ScheduledTask | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: EventSourceOptions) {
    this.#options = options;
  }

  start(): void {
    const { queue, journal } = this.#options;
    queue.release(journal.takeLeftOver());
    this.#unsubscribe = queue.onAvailable(() => this.#pump());
    this.#pump();
  }

  /** Messages received that wait for their window, and batches that run now. */
  status(): { readonly buffered: number; readonly running: number } {
    return { buffered: this.#buffer.length, running: this.#running.size };
  }

  /** Stops receiving, waits for running batches and gives back what waits. */
  async stop(): Promise<void> {
    if (this.#unsubscribe === undefined) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    this.#window?.cancel();
    const receipts = this.#buffer.map(({ message }) => message.receiptHandle);
    this.#options.queue.release(receipts);
    this.#options.journal.settle(receipts);
    this.#buffer = [];
    await Promise.all(this.#running);
    this.#options.journal.close();
  }

  #pump(): void {
    if (this.#unsubscribe === undefined) return;
    while (this.#running.size < this.#options.maximumConcurrency) {
      this.#fill();
      if (this.#buffer.length === 0 || !this.#isBatchReady()) return;
      this.#dispatch(this.#takeBatch());
    }
  }

  #fill(): void {
    const { queue, batchSize, journal, windowSeconds, clock } = this.#options;
    while (this.#buffer.length < batchSize && this.#bufferBytes < PAYLOAD_LIMIT_BYTES) {
      // Ten at a time, as a poller does: more could exceed the payload limit by far.
      const wanted = Math.min(10, batchSize - this.#buffer.length);
      const received = queue.receive(wanted);
      if (received.length === 0) return;
      journal.hold(received.map(({ receiptHandle }) => receiptHandle));
      if (this.#buffer.length === 0 && windowSeconds > 0)
        this.#openWindow(clock.nowMs() + windowSeconds * 1000);
      for (const message of received) this.#keep({ message, bytes: recordBytes(message) });
      if (received.length < wanted) return;
    }
  }

  #keep(buffered: Buffered): void {
    this.#buffer.push(buffered);
    this.#bufferBytes += buffered.bytes;
  }

  #openWindow(endMs: number): void {
    this.#window?.cancel();
    this.#window = this.#options.clock.schedule(endMs, () => {
      this.#isDue = true;
      this.#pump();
    });
  }

  #isBatchReady(): boolean {
    const { batchSize, windowSeconds } = this.#options;
    const isFull = this.#buffer.length >= batchSize || this.#bufferBytes >= PAYLOAD_LIMIT_BYTES;
    return isFull || this.#isDue || windowSeconds === 0;
  }

  /** The first messages that fit into one payload; the rest begins a new window. */
  #takeBatch(): Message[] {
    let bytes = 0;
    const fits = this.#buffer.findIndex((buffered) => {
      bytes += buffered.bytes;
      return bytes > PAYLOAD_LIMIT_BYTES;
    });
    const batch = this.#buffer.splice(0, fits < 0 ? this.#buffer.length : Math.max(1, fits));
    for (const taken of batch) this.#bufferBytes -= taken.bytes;
    this.#isDue = false;
    this.#window?.cancel();
    const { clock, windowSeconds } = this.#options;
    if (this.#buffer.length > 0 && windowSeconds > 0) this.#openWindow(clock.nowMs() + windowSeconds * 1000);
    return batch.map(({ message }) => message);
  }

  #dispatch(batch: readonly Message[]): void {
    const run = this.#options.clock.track(this.#run(batch).catch(this.#options.onError));
    this.#running.add(run);
    run.finally(() => {
      this.#running.delete(run);
      this.#pump();
    });
  }

  async #run(batch: readonly Message[]): Promise<void> {
    const { queue, invoke, journal } = this.#options;
    const outcome = await invoke(JSON.stringify(sqsEvent(batch, queue.arn)));
    const isStopped = this.#unsubscribe === undefined;
    // A worker killed by the stop has not failed: the journal gives its messages back at the next start.
    if (isStopped && !outcome.ok) return;
    queue.delete(this.#succeeded(batch, outcome));
    journal.settle(batch.map(({ receiptHandle }) => receiptHandle));
  }

  #succeeded(batch: readonly Message[], outcome: Outcome): string[] {
    if (!outcome.ok) return [];
    const ids = batch.map(({ messageId }) => messageId);
    const failed = this.#options.reportsItemFailures ? failedMessageIds(outcome.payload, ids) : [];
    if (failed === 'all') return [];
    return batch
      .filter(({ messageId }) => !failed.includes(messageId))
      .map(({ receiptHandle }) => receiptHandle);
  }
}

function recordBytes(message: Message): number {
  const attributes = JSON.stringify(message.messageAttributes);
  return (
    Buffer.byteLength(JSON.stringify(message.body)) + Buffer.byteLength(attributes) + RECORD_OVERHEAD_BYTES
  );
}
