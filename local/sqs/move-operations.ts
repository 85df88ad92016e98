import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { JsonObject, Operation } from './aws-json.ts';
import { optionalInteger, requiredString } from './input.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-operations.ts';
import { ServiceError } from './service-error.ts';
import type { StateFile } from './state-file.ts';
import type { StoredMessage } from './store.ts';

const MAXIMUM_LISTED = 10;

/** StartMessageMoveTask (redrive of a dead-letter queue, done at once) and ListMessageMoveTasks. */
export function moveOperations(
  queues: QueueDirectory,
  store: StateFile,
  clock: LocalClock,
): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['StartMessageMoveTask', (input) => startMove(queues, store, clock.nowMs(), input)],
    ['ListMessageMoveTasks', (input) => listMoves(queues, store, input)],
  ]);
}

function startMove(queues: QueueDirectory, store: StateFile, nowMs: number, input: JsonObject): JsonObject {
  const source = queueByArn(queues, requiredString(input, 'SourceArn'));
  requireDeadLetterQueue(queues, source);
  if (input['MaxNumberOfMessagesPerSecond'] !== undefined) {
    throw new ServiceError(
      'UnsupportedOperation',
      'MaxNumberOfMessagesPerSecond is not supported locally: leave it out.',
    );
  }
  const destinationArn = input['DestinationArn'];
  const destination = typeof destinationArn === 'string' ? queueByArn(queues, destinationArn) : undefined;
  const handle = randomUUID();
  const targets = store.transaction(() => {
    const waiting = store.all<StoredMessage>(
      'SELECT * FROM messages WHERE queue = ? AND visibleAtMs <= ?',
      source.settings.name,
      nowMs,
    );
    const moved = waiting.flatMap((message) => moveOne(queues, store, nowMs, message, destination));
    record(store, handle, source, {
      SourceArn: queues.arn(source.settings.name),
      DestinationArn: typeof destinationArn === 'string' ? destinationArn : undefined,
      ApproximateNumberOfMessagesMoved: moved.length,
      ApproximateNumberOfMessagesToMove: waiting.length,
      Status: moved.length === waiting.length ? 'COMPLETED' : 'FAILED',
      FailureReason: moved.length === waiting.length ? undefined : 'CouldNotDetermineMessageSource',
      StartedTimestamp: nowMs,
    });
    return new Set(moved);
  });
  for (const queue of targets) queue.changed();
  return { TaskHandle: handle };
}

/** A redriven message is a new message: new id, new time, no receives. */
function moveOne(
  queues: QueueDirectory,
  store: StateFile,
  nowMs: number,
  message: StoredMessage,
  destination: Queue | undefined,
): Queue[] {
  if (destination === undefined && message.deadLetterSource === null) return [];
  const target = destination ?? queues.byName(message.deadLetterSource as string);
  store.run(
    `UPDATE messages SET queue = ?, id = ?, sentMs = ?, visibleAtMs = ?, receiveCount = 0, firstReceivedMs = NULL,
       receipt = NULL, deadLetterSource = NULL WHERE sequence = ?`,
    target.settings.name,
    randomUUID(),
    nowMs,
    nowMs,
    message.sequence,
  );
  return [target];
}

function listMoves(queues: QueueDirectory, store: StateFile, input: JsonObject): JsonObject {
  const source = queueByArn(queues, requiredString(input, 'SourceArn'));
  const max = optionalInteger(input, 'MaxResults', 1, MAXIMUM_LISTED) ?? 1;
  const rows = store.all<{ task: string }>(
    'SELECT task FROM moves WHERE source = ? ORDER BY rowid DESC LIMIT ?',
    source.settings.name,
    max,
  );
  return { Results: rows.map(({ task }) => JSON.parse(task)) };
}

function record(store: StateFile, handle: string, source: Queue, task: JsonObject): void {
  store.run('INSERT INTO moves VALUES (?, ?, ?)', handle, source.settings.name, JSON.stringify(task));
}

function requireDeadLetterQueue(queues: QueueDirectory, source: Queue): void {
  if (queues.all().some((queue) => queue.settings.deadLetterQueueName === source.settings.name)) return;
  const reason = 'Source queue must be configured as a Dead Letter Queue';
  throw new ServiceError('InvalidParameterValue', `${reason}, was ${source.settings.name}.`);
}

function queueByArn(queues: QueueDirectory, arn: string): Queue {
  const queue = queues.all().find((candidate) => queues.arn(candidate.settings.name) === arn);
  if (queue !== undefined) return queue;
  throw new ServiceError(
    'ResourceNotFoundException',
    `expected the ARN of a queue that exists, was ${arn}.`,
    404,
  );
}
