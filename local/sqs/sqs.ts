import type { LocalClock } from '../clock.ts';
import type { LocalService } from '../service.ts';
import { answerJson, type JsonObject } from './aws-json.ts';
import { addressed, FIFO_SUFFIX } from './fifo.ts';
import { requiredString } from './input.ts';
import { checkMessage, type OutgoingMessage } from './message.ts';
import { MessageMoves } from './message-moves.ts';
import type { QueueDepth, SentMessage } from './message-table.ts';
import { moveOperations } from './move-operations.ts';
import { type Message, Queue, type QueueSettings } from './queue.ts';
import { type QueueDirectory, queueOperations } from './queue-operations.ts';
import { LongPolls, receiveOperations } from './receive-operations.ts';
import { sendOperations } from './send-operations.ts';
import { ServiceError } from './service-error.ts';
import { settleOperations } from './settle-operations.ts';
import { StateFile } from './state-file.ts';
import { SQS_SCHEMA } from './store.ts';

export interface SqsOptions {
  /** Folder of the queues' state; made when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
  /** Base of queue URLs, asked each time: `http://127.0.0.1:4570/aws/sqs`. */
  readonly endpoint: () => string;
  readonly accountId: string;
  readonly region: string;
}

/** A queue for the inside of the local cloud: event source mappings, SNS, schedules. */
export interface QueueHandle {
  readonly url: string;
  readonly arn: string;
  readonly settings: QueueSettings;
  /** Durable when it returns; throws a ServiceError for a message that SQS would refuse. */
  send(messages: readonly OutgoingMessage[]): SentMessage[];
  /** Without a timeout the queue's own visibility timeout holds. */
  receive(max: number, visibilityTimeoutMs?: number): Message[];
  delete(receiptHandles: readonly string[]): boolean[];
  /** Visible again at once, counted as received. */
  release(receiptHandles: readonly string[]): boolean[];
  /** Fires after sends and when hidden messages come due; the listener must not throw. */
  onAvailable(listener: () => void): () => void;
  depth(): QueueDepth;
}

export interface SqsService extends LocalService {
  /** Makes the queue or gives it new settings; its kind stays. The dead-letter queue comes first, of the same kind. */
  createQueue(settings: QueueSettings): QueueHandle;
  /** Throws when there is no such queue. */
  queue(name: string): QueueHandle;
}

interface StoredSettings extends QueueSettings {
  readonly createdS: number;
}

const QUEUE_NAME = /^(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?$/;

/** Error codes that the old query protocol wrote with this prefix, which SDKs still report as `Code`. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** The embedded SQS: standard and FIFO queues on SQLite, for unmodified SDK clients and, by `queue(name)`, for this process. */
export function createSqs(options: SqsOptions): SqsService {
  const { clock, accountId, region } = options;
  const store = new StateFile(options.directory, SQS_SCHEMA);
  const queues = new Map<string, Queue>();
  const createdS = new Map<string, number>();
  const polls = new LongPolls();
  const arn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const url = (name: string): string => `${options.endpoint()}/${accountId}/${name}`;
  const byName = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    throw new ServiceError('QueueDoesNotExist', `The specified queue does not exist, was ${name}.`);
  };
  const byUrl = (input: JsonObject): Queue => byName(nameInUrl(requiredString(input, 'QueueUrl')));
  const context = { store, clock, accountId, arn, queue: byName };
  const directory: QueueDirectory = {
    all: () => [...queues.values()],
    createdS: (name) => createdS.get(name) ?? 0,
    byName,
    byUrl,
    url,
    arn,
  };

  const install = ({ createdS: seconds, ...settings }: StoredSettings): Queue => {
    const queue = queues.get(settings.name) ?? new Queue(settings, context);
    queue.configure(settings);
    queues.set(settings.name, queue);
    createdS.set(settings.name, seconds);
    return queue;
  };

  const createQueue = (settings: QueueSettings): QueueHandle => {
    checkSettings(settings, queues);
    const stored = { ...settings, createdS: createdS.get(settings.name) ?? Math.floor(clock.nowMs() / 1000) };
    store.run('INSERT OR REPLACE INTO queues VALUES (?, ?)', settings.name, JSON.stringify(stored));
    return handleOf(install(stored), url, arn(settings.name));
  };

  for (const { settings } of store.all<{ settings: string }>('SELECT settings FROM queues')) {
    install(JSON.parse(settings));
  }
  for (const queue of queues.values()) queue.changed();
  const moves = new MessageMoves(directory, store, clock);
  moves.resume();

  const operations = new Map([
    ...sendOperations(byUrl),
    ...receiveOperations(byUrl, clock, polls),
    ...settleOperations(byUrl),
    ...queueOperations(directory),
    ...moveOperations(directory, moves),
  ]);
  return {
    createQueue,
    queue: (name) => handleOf(byName(name), url, arn(name)),
    handle: (request) =>
      answerJson(request, { target: 'AmazonSQS', version: '1.0', operations, errorHeaders: queryError }),
    close: async () => {
      polls.end();
      moves.close();
      for (const queue of queues.values()) queue.close();
      store.close();
    },
  };
}

function handleOf(queue: Queue, url: (name: string) => string, arn: string): QueueHandle {
  return {
    get url() {
      return url(queue.settings.name);
    },
    arn,
    get settings() {
      return queue.settings;
    },
    send: (messages) => {
      for (const message of messages) checkMessage(message);
      return queue.send(messages.map((message) => addressed(message, queue.settings.fifo)));
    },
    receive: (max, visibilityTimeoutMs) => queue.receive(max, visibilityTimeoutMs),
    delete: (handles) => queue.delete(handles),
    release: (handles) => queue.release(handles),
    onAvailable: (listener) => queue.onAvailable(listener),
    depth: () => queue.depth(),
  };
}

function checkSettings(settings: QueueSettings, queues: ReadonlyMap<string, Queue>): void {
  const { name, deadLetterQueueName, maxReceiveCount, fifo } = settings;
  if (!QUEUE_NAME.test(name)) {
    throw new Error(`queue name: expected 1 to 80 letters, digits, hyphens and underscores, was ${name}`);
  }
  if (name.endsWith(FIFO_SUFFIX) !== (fifo !== undefined)) {
    throw new Error(`queue ${name}: expected a name in ${FIFO_SUFFIX} for a FIFO queue, and for no other`);
  }
  if ((deadLetterQueueName === undefined) !== (maxReceiveCount === undefined)) {
    throw new Error(
      `queue ${name}: expected deadLetterQueueName and maxReceiveCount together, was one of them`,
    );
  }
  if (deadLetterQueueName !== undefined && !queues.has(deadLetterQueueName)) {
    throw new Error(`queue ${name}: expected a dead-letter queue that exists, was ${deadLetterQueueName}`);
  }
  if (
    deadLetterQueueName !== undefined &&
    deadLetterQueueName.endsWith(FIFO_SUFFIX) !== (fifo !== undefined)
  ) {
    throw new Error(
      `queue ${name}: expected a dead-letter queue of its own kind, was ${deadLetterQueueName}`,
    );
  }
}

function nameInUrl(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

function queryError(error: ServiceError): Readonly<Record<string, string>> {
  const blame = error.status >= 500 ? 'Receiver' : 'Sender';
  return { 'x-amzn-query-error': `${QUERY_CODES[error.code] ?? error.code};${blame}` };
}
