import type { LocalClock } from '../clock.ts';
import type { JsonObject, Operation } from './aws-json.ts';
import { optionalInteger, stringList } from './input.ts';
import { attributesMd5, type MessageAttributes } from './message.ts';
import type { Message, Queue } from './queue.ts';

const MAXIMUM_MESSAGES = 10;
const MAXIMUM_WAIT_S = 20;
const MAXIMUM_VISIBILITY_S = 43_200;

/** Long polls that still wait; `end` lets them all answer with nothing, for when the service closes. */
export class LongPolls {
  readonly #waiting = new Set<() => void>();

  end(): void {
    for (const finish of [...this.#waiting]) finish();
  }

  /** Tries at once, then each time the queue says so, until something comes or the clock reaches the deadline. */
  wait(queue: Queue, clock: LocalClock, waitMs: number, attempt: () => Message[]): Promise<Message[]> {
    const first = attempt();
    if (first.length > 0 || waitMs === 0) return Promise.resolve(first);
    return new Promise((resolve) => {
      const settle = (messages: Message[]): void => {
        stopListening();
        deadline.cancel();
        this.#waiting.delete(giveUp);
        resolve(messages);
      };
      const giveUp = (): void => settle([]);
      const stopListening = queue.onAvailable(() => {
        const messages = attempt();
        if (messages.length > 0) settle(messages);
      });
      const deadline = clock.schedule(clock.nowMs() + waitMs, giveUp);
      this.#waiting.add(giveUp);
    });
  }
}

export function receiveOperations(
  queueOf: (input: JsonObject) => Queue,
  clock: LocalClock,
  polls: LongPolls,
): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['ReceiveMessage', (input) => receiveMessage(queueOf(input), input, clock, polls)],
  ]);
}

async function receiveMessage(
  queue: Queue,
  input: JsonObject,
  clock: LocalClock,
  polls: LongPolls,
): Promise<JsonObject> {
  const max = optionalInteger(input, 'MaxNumberOfMessages', 1, MAXIMUM_MESSAGES) ?? 1;
  const waitS =
    optionalInteger(input, 'WaitTimeSeconds', 0, MAXIMUM_WAIT_S) ?? queue.settings.receiveWaitS ?? 0;
  const visibilityS =
    optionalInteger(input, 'VisibilityTimeout', 0, MAXIMUM_VISIBILITY_S) ?? queue.settings.visibilityTimeoutS;
  const systemNames = stringList(input, 'AttributeNames', 'MessageSystemAttributeNames');
  const attributeNames = stringList(input, 'MessageAttributeNames');
  const messages = await polls.wait(queue, clock, waitS * 1000, () => queue.receive(max, visibilityS * 1000));
  if (messages.length === 0) return {};
  return { Messages: messages.map((message) => describe(message, systemNames, attributeNames)) };
}

function describe(message: Message, systemNames: readonly string[], names: readonly string[]): JsonObject {
  const all = systemNames.includes('All');
  const system = Object.entries(message.attributes).filter(([name]) => all || systemNames.includes(name));
  const attributes = selected(message.messageAttributes, names);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.md5OfBody,
    Attributes: system.length === 0 ? undefined : Object.fromEntries(system),
    MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
    MD5OfMessageAttributes: attributesMd5(attributes),
  };
}

/** `names` are full names, `prefix.*`, `.*` or `All`. */
function selected(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const wanted = (attribute: string): boolean =>
    names.some((name) =>
      name.endsWith('.*') ? attribute.startsWith(name.slice(0, -2)) : name === 'All' || name === attribute,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
