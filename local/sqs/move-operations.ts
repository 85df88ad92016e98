import type { JsonObject, Operation } from './aws-json.ts';
import { optionalInteger, requiredString } from './input.ts';
import type { MessageMoves, MoveTask } from './message-moves.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-operations.ts';
import { ServiceError } from './service-error.ts';

const MAXIMUM_LISTED = 10;
const MAXIMUM_RATE = 500;

/** StartMessageMoveTask (the redrive of a dead-letter queue), ListMessageMoveTasks and CancelMessageMoveTask. */
export function moveOperations(queues: QueueDirectory, moves: MessageMoves): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['StartMessageMoveTask', (input) => startMove(queues, moves, input)],
    ['ListMessageMoveTasks', (input) => listMoves(queues, moves, input)],
    ['CancelMessageMoveTask', (input) => cancelMove(moves, input)],
  ]);
}

function startMove(queues: QueueDirectory, moves: MessageMoves, input: JsonObject): JsonObject {
  const source = queueByArn(queues, requiredString(input, 'SourceArn'));
  requireDeadLetterQueue(queues, source);
  const rate = optionalInteger(input, 'MaxNumberOfMessagesPerSecond', 1, MAXIMUM_RATE);
  const destination = input['DestinationArn'];
  const destinationArn = typeof destination === 'string' ? destination : undefined;
  if (destinationArn !== undefined) queueByArn(queues, destinationArn);
  if (moves.isMoving(source)) {
    const reason = 'There is already a task running. Only one active task is allowed for a source queue arn';
    throw new ServiceError('UnsupportedOperation', `${reason}, was ${source.settings.name}.`);
  }
  return { TaskHandle: moves.start(source, destinationArn, rate) };
}

function listMoves(queues: QueueDirectory, moves: MessageMoves, input: JsonObject): JsonObject {
  const source = queueByArn(queues, requiredString(input, 'SourceArn'));
  const max = optionalInteger(input, 'MaxResults', 1, MAXIMUM_LISTED) ?? 1;
  return { Results: moves.list(source, max).map(({ handle, task }) => described(handle, task)) };
}

/** Only a running task can be cancelled, so that only it has a handle. */
function described(handle: string, task: MoveTask): JsonObject {
  return task.Status === 'RUNNING' ? { TaskHandle: handle, ...task } : { ...task };
}

function cancelMove(moves: MessageMoves, input: JsonObject): JsonObject {
  const handle = requiredString(input, 'TaskHandle');
  const task = moves.cancel(handle);
  if (task !== undefined) {
    return { ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved };
  }
  const expected = 'expected the handle of a task that runs';
  throw new ServiceError('ResourceNotFoundException', `${expected}, was ${handle}.`, 404);
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
