import { SQSClient } from '@aws-sdk/client-sqs';
import { type Command, InvalidArgumentError } from 'commander';
import { sqsDeadLetters } from '../../shared/adapters/sqs/dead-letters.ts';
import { RejectedInput, Temporary } from '../../shared/errors.ts';
import type { DeadLetters } from '../../shared/ports/dead-letters.ts';
import type { Connection } from '../connection.ts';
import { contextOf } from '../context.ts';
import { deadLetterReason } from '../dead-letter-reason.ts';
import { environmentNow } from '../environment-now.ts';
import type { Output } from '../output.ts';

const MAX_RATE = 500;
const LOOK_EVERY_MS = 1000;
const SHOWN_CHARACTERS = 160;
const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** What waits in one dead-letter queue. */
export interface WaitingLetters {
  readonly queue: string;
  readonly depth: number;
  /** Age of the oldest of those looked at; null when there is none. */
  readonly oldest_age_seconds: number | null;
  readonly sample: { readonly id: string; readonly body: string; readonly reason: string } | null;
}

export function redriveCommand(program: Command): void {
  program
    .command('redrive')
    .description(
      'messages that could not be handled: what waits and why; with a queue, sends them back to it',
    )
    .argument('[queue]', 'the queue they belong to, as the list names it')
    .option('--rate <count>', 'at most so many messages a second', ratePerSecond)
    .action(async (queue: string | undefined, { rate }: { rate?: number }, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      if (queue === undefined) await listLetters(connection, output);
      else await redrive(queue, lettersOf(connection, queue), output, rate);
    });
}

function lettersOf(connection: Connection, queue: string): DeadLetters {
  Object.assign(process.env, connection.environment);
  const url = connection.deadLetters[queue];
  if (url === undefined) {
    const known = Object.keys(connection.deadLetters).join(', ');
    throw new RejectedInput(`queue: expected one of ${known || 'none'}, was ${queue}`, { field: 'queue' });
  }
  return sqsDeadLetters(new SQSClient({ region: connection.region }), url);
}

async function listLetters(connection: Connection, output: Output): Promise<void> {
  const queues: WaitingLetters[] = [];
  const nowMs = await environmentNow(connection.name);
  for (const queue of Object.keys(connection.deadLetters))
    queues.push(await waitingIn(queue, lettersOf(connection, queue), nowMs));
  output.table(
    ['queue', 'dead letters', 'oldest'],
    queues.map(({ queue, depth, oldest_age_seconds }) => [queue, depth, ageText(oldest_age_seconds)]),
  );
  for (const { queue, sample } of queues) {
    if (sample === null) continue;
    output.line(`${queue}: ${sample.reason}`);
    output.line(`  ${sample.id}: ${sample.body.slice(0, SHOWN_CHARACTERS)}`);
  }
  const full = queues.filter(({ depth }) => depth > 0);
  if (full.length > 0) output.line(`mend the cause, then ./oi redrive ${full[0]!.queue}`);
  output.result({ ok: true, queues });
}

/** What waits in a dead-letter queue, with the oldest of a sample and why it failed. */
export async function waitingIn(queue: string, letters: DeadLetters, nowMs: number): Promise<WaitingLetters> {
  const depth = await letters.depth();
  const sample = depth === 0 ? [] : await letters.sample();
  const [oldest] = sample.toSorted((a, b) => a.sentMs - b.sentMs);
  if (oldest === undefined) return { queue, depth, oldest_age_seconds: null, sample: null };
  const { id, body, sentMs } = oldest;
  return {
    queue,
    depth,
    oldest_age_seconds: Math.max(0, Math.round((nowMs - sentMs) / 1000)),
    sample: { id, body, reason: deadLetterReason(queue, body) },
  };
}

/** Sends all dead letters of a queue back and shows how far it is. @throws Temporary when SQS gives up on the way. */
export async function redrive(
  queue: string,
  letters: DeadLetters,
  output: Output,
  rate?: number,
): Promise<void> {
  if ((await letters.depth()) === 0) {
    output.line(`${queue}: no dead letters`);
    output.result({ ok: true, queue, moved: 0 });
    return;
  }
  await letters.redrive(rate);
  for (;;) {
    const task = await letters.newestRedrive();
    if (task === undefined) throw new Temporary(`${queue}: expected a redrive under way, was none`);
    output.progress(`${queue}: sent back`, task.moved, Math.max(task.moved, task.toMove));
    if (task.status === 'completed') {
      output.line(`${queue}: ${task.moved} messages sent back; what fails again returns to the dead letters`);
      output.result({ ok: true, queue, moved: task.moved });
      return;
    }
    if (task.status !== 'running') {
      const why = task.reason ?? task.status;
      throw new Temporary(
        `${queue}: expected all ${task.toMove} messages sent back, was ${task.moved}: ${why}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Example: `ageText(7200)` is `2 h`. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return '';
  const [size, unit] = UNITS.find(([ms]) => seconds * 1000 >= ms) ?? [1000, 's'];
  return `${Math.floor((seconds * 1000) / size)} ${unit}`;
}

function ratePerSecond(text: string): number {
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE) return rate;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_RATE}.`);
}
