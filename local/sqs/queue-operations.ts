import type { JsonObject, Operation } from './aws-json.ts';
import type { FifoSettings } from './fifo.ts';
import { optionalInteger, requiredString, stringList } from './input.ts';
import { MAXIMUM_MESSAGE_BYTES } from './message.ts';
import type { Queue } from './queue.ts';
import { ServiceError } from './service-error.ts';

const DEFAULT_PAGE = 1000;

export interface QueueDirectory {
  /** Every queue, by name. */
  all(): readonly Queue[];
  byName(name: string): Queue;
  byUrl(input: JsonObject): Queue;
  url(name: string): string;
  arn(name: string): string;
  createdS(name: string): number;
}

/** GetQueueUrl, GetQueueAttributes, ListQueues and PurgeQueue. */
export function queueOperations(queues: QueueDirectory): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    [
      'GetQueueUrl',
      (input) => ({ QueueUrl: queues.url(queues.byName(requiredString(input, 'QueueName')).settings.name) }),
    ],
    ['GetQueueAttributes', (input) => getAttributes(queues, queues.byUrl(input), input)],
    ['ListQueues', (input) => listQueues(queues, input)],
    ['PurgeQueue', (input) => queues.byUrl(input).purge()],
  ]);
}

function getAttributes(queues: QueueDirectory, queue: Queue, input: JsonObject): JsonObject {
  const wanted = stringList(input, 'AttributeNames');
  const attributes = allAttributes(queues, queue);
  const unknown = wanted.find((name) => name !== 'All' && name !== 'RedrivePolicy' && !(name in attributes));
  if (unknown !== undefined) {
    const known = Object.keys(attributes).join(', ');
    throw new ServiceError(
      'InvalidAttributeName',
      `Unknown Attribute: expected one of ${known}, was ${unknown}.`,
    );
  }
  const named = Object.entries(attributes).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return named.length === 0 ? {} : { Attributes: Object.fromEntries(named) };
}

function allAttributes(queues: QueueDirectory, queue: Queue): Readonly<Record<string, string>> {
  const { settings } = queue;
  const depth = queue.depth();
  const createdS = String(queues.createdS(settings.name));
  const redrive: Readonly<Record<string, string>> =
    settings.deadLetterQueueName === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: queues.arn(settings.deadLetterQueueName),
            maxReceiveCount: settings.maxReceiveCount,
          }),
        };
  return {
    QueueArn: queues.arn(settings.name),
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    CreatedTimestamp: createdS,
    LastModifiedTimestamp: createdS,
    VisibilityTimeout: String(settings.visibilityTimeoutS),
    MaximumMessageSize: String(MAXIMUM_MESSAGE_BYTES),
    MessageRetentionPeriod: String(settings.retentionS),
    DelaySeconds: String(settings.delayS),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitS ?? 0),
    ...(settings.fifo === undefined ? {} : fifoAttributes(settings.fifo)),
    ...redrive,
  };
}

function fifoAttributes(fifo: FifoSettings): Readonly<Record<string, string>> {
  return {
    FifoQueue: 'true',
    ContentBasedDeduplication: String(fifo.contentBasedDeduplication),
    DeduplicationScope: fifo.deduplicationScope,
    FifoThroughputLimit: fifo.throughputLimit,
  };
}

function listQueues(queues: QueueDirectory, input: JsonObject): JsonObject {
  const prefix = typeof input['QueueNamePrefix'] === 'string' ? input['QueueNamePrefix'] : '';
  const after = typeof input['NextToken'] === 'string' ? input['NextToken'] : '';
  const max = optionalInteger(input, 'MaxResults', 1, DEFAULT_PAGE);
  const names = queues
    .all()
    .map((queue) => queue.settings.name)
    .filter((name) => name.startsWith(prefix) && name > after)
    .sort();
  const page = names.slice(0, max ?? DEFAULT_PAGE);
  if (page.length === 0) return {};
  const more = max !== undefined && names.length > page.length;
  return { QueueUrls: page.map((name) => queues.url(name)), ...(more ? { NextToken: page.at(-1) } : {}) };
}
