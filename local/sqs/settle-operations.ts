import type { JsonObject, Operation } from './aws-json.ts';
import { answerBatch, batchEntries } from './batch.ts';
import { optionalInteger, requiredString } from './input.ts';
import type { Queue } from './queue.ts';
import { ServiceError } from './service-error.ts';

const MAXIMUM_VISIBILITY_S = 43_200;
const RECEIPT_HANDLE = /^[0-9a-z]+\.[0-9a-f-]{36}$/;

/** DeleteMessage and ChangeMessageVisibility, single and batch. */
export function settleOperations(queueOf: (input: JsonObject) => Queue): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['DeleteMessage', (input) => deleteOne(queueOf(input), input)],
    ['DeleteMessageBatch', (input) => deleteBatch(queueOf(input), input)],
    ['ChangeMessageVisibility', (input) => changeOne(queueOf(input), input)],
    ['ChangeMessageVisibilityBatch', (input) => changeBatch(queueOf(input), input)],
  ]);
}

function deleteOne(queue: Queue, input: JsonObject): void {
  queue.delete([receiptHandle(input)]);
}

function deleteBatch(queue: Queue, input: JsonObject): unknown {
  return answerBatch(batchEntries(input), receiptHandle, (handles) => queue.delete(handles).map(() => ({})));
}

function changeOne(queue: Queue, input: JsonObject): void {
  if (queue.changeVisibility([change(input)])[0] === false) throw notInFlight();
}

function changeBatch(queue: Queue, input: JsonObject): unknown {
  return answerBatch(batchEntries(input), change, (changes) =>
    queue.changeVisibility(changes).map((changed) => (changed ? {} : notInFlight())),
  );
}

function change(input: JsonObject): { receiptHandle: string; timeoutMs: number } {
  const timeoutS = optionalInteger(input, 'VisibilityTimeout', 0, MAXIMUM_VISIBILITY_S);
  if (timeoutS === undefined) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  return { receiptHandle: receiptHandle(input), timeoutMs: timeoutS * 1000 };
}

function receiptHandle(input: JsonObject): string {
  const handle = requiredString(input, 'ReceiptHandle');
  if (RECEIPT_HANDLE.test(handle)) return handle;
  throw new ServiceError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}

function notInFlight(): ServiceError {
  return new ServiceError(
    'MessageNotInflight',
    'expected a message in flight under this receipt handle, was none.',
  );
}
