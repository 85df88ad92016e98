import { join } from 'node:path';
import type { LocalClock } from '../clock/contract.ts';
import type { LambdaService } from '../lambda/contract.ts';
import { functionName } from '../lambda/function-name.ts';
import type { QueueHandle, SqsService } from '../sqs/sqs.ts';
import { EventSource, type EventSourceSettings } from './event-source.ts';
import { ReceiptJournal } from './receipt-journal.ts';

export interface EventSourcesOptions {
  /** Folder of the journals. */
  readonly directory: string;
  readonly clock: LocalClock;
  readonly sqs: Pick<SqsService, 'queue'>;
  readonly lambda: Pick<LambdaService, 'invoke' | 'timeoutSeconds'>;
  readonly onError: (error: unknown) => void;
}

interface MappedSource {
  readonly queue: QueueHandle;
  readonly source: EventSource;
}

/** All event source mappings of the templates. */
export class EventSources {
  readonly #options: EventSourcesOptions;
  readonly #sources: MappedSource[] = [];

  constructor(options: EventSourcesOptions) {
    this.#options = options;
  }

  /** Declares a mapping; nothing is read before `start`. */
  add(queueName: string, settings: EventSourceSettings): void {
    const { directory, clock, sqs, lambda, onError } = this.#options;
    const queue = sqs.queue(queueName);
    assertStaysHidden(queue, lambda.timeoutSeconds(settings.functionArn) + settings.windowSeconds);
    const journal = new ReceiptJournal(
      join(directory, `${queueName}.${functionName(settings.functionArn)}.receipts`),
    );
    const invoke = (payload: string) => lambda.invoke(settings.functionArn, payload, { wait: true });
    this.#sources.push({
      queue,
      source: new EventSource({ ...settings, queue, clock, journal, invoke, onError }),
    });
  }

  list(): readonly MappedSource[] {
    return this.#sources;
  }

  start(): void {
    for (const { source } of this.#sources) source.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sources.map(({ source }) => source.stop()));
  }
}

// SQS would hand the messages out again while their batch still fills or runs.
function assertStaysHidden({ settings }: QueueHandle, atLeastSeconds: number): void {
  if (settings.visibilityTimeoutS > atLeastSeconds) return;
  const expected = `a visibility timeout above batch window and function timeout (${atLeastSeconds} s)`;
  throw new Error(`queue ${settings.name}: expected ${expected}, was ${settings.visibilityTimeoutS} s`);
}
