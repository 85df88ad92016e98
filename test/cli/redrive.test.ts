import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ageText, redrive, waitingIn } from '../../cli/commands/redrive.ts';
import { deadLetterReason } from '../../cli/dead-letter-reason.ts';
import type { Output } from '../../cli/output.ts';
import type { QueueHandle } from '../../local/sqs/sqs.ts';
import { sqsDeadLetters } from '../../shared/adapters/sqs/dead-letters.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../contract/embedded-cloud.ts';
import { aLeg, aStoredSnapshot } from '../factories/snapshot.ts';

let cloud: EmbeddedCloud;
let made = 0;
let queue: QueueHandle;
let dead: QueueHandle;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => {
  const settings = { visibilityTimeoutS: 30, retentionS: 86_400, delayS: 0 };
  const name = `dead-${++made}`;
  dead = cloud.services.sqs.createQueue({ name, ...settings });
  const limits = { maxReceiveCount: 1, deadLetterQueueName: name };
  queue = cloud.services.sqs.createQueue({ name: `jobs-${made}`, ...settings, ...limits });
});

/** Sends messages that nobody can handle. */
function bury(bodies: readonly string[]): void {
  queue.send(bodies.map((body) => ({ body })));
  queue.release(queue.receive(10).map(({ receiptHandle }) => receiptHandle));
  expect(queue.receive(10)).toEqual([]);
}

/** What a command shows, as text. */
function aScreen() {
  const lines: string[] = [];
  const results: unknown[] = [];
  const progress: string[] = [];
  const output: Output = {
    line: (text = '') => void lines.push(text),
    table: () => {},
    progress: (label, done, total) => void progress.push(`${label} ${done}/${total}`),
    result: (value) => void results.push(value),
  };
  return { output, lines, results, progress };
}
const letters = () => sqsDeadLetters(cloud.sqs, dead.url);

describe('what waits', () => {
  it('is nothing in an empty queue', async () => {
    expect(await waitingIn('to-batch', letters(), START_MS)).toEqual({
      ...{ queue: 'to-batch', depth: 0, oldest_age_seconds: null, sample: null },
    });
  });

  it('is counted, with the age and the reason of the oldest, and stays there', async () => {
    const negative = { ...aStoredSnapshot(), legs: [{ ...aLeg(), oi: -5 }] };
    bury([JSON.stringify(negative), 'half a JS']);
    for (const _ of [1, 2]) {
      expect(await waitingIn('to-batch', letters(), START_MS + 90_000)).toMatchObject({
        depth: 2,
        oldest_age_seconds: 90,
        sample: { reason: 'legs.0.oi: expected 0 or more, was -5', body: JSON.stringify(negative) },
      });
    }
  });
});

describe('redrive', () => {
  it('sends all back to where they came from and says how many', async () => {
    bury(['a', 'b', 'c']);
    const screen = aScreen();
    await redrive('to-batch', letters(), screen.output);
    expect(screen.results).toEqual([{ ok: true, queue: 'to-batch', moved: 3 }]);
    expect(dead.depth().visible).toBe(0);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['a', 'b', 'c']);
  });

  it('shows how far it is when it is gentle', async () => {
    bury(['a', 'b', 'c']);
    const screen = aScreen();
    await redrive('to-batch', letters(), screen.output, 2);
    expect(screen.progress[0]).toBe('to-batch: sent back 2/3');
    expect(screen.progress.at(-1)).toBe('to-batch: sent back 3/3');
    expect(queue.depth().visible).toBe(3);
  });

  it('has nothing to do in an empty queue', async () => {
    const screen = aScreen();
    await redrive('to-batch', letters(), screen.output);
    expect(screen).toMatchObject({
      lines: ['to-batch: no dead letters'],
      results: [{ ok: true, queue: 'to-batch', moved: 0 }],
    });
  });

  it('says why SQS gave up, and keeps what it could not send', async () => {
    dead.send([{ body: 'put here by hand' }]);
    await expect(redrive('to-batch', letters(), aScreen().output)).rejects.toMatchObject({
      name: 'Temporary',
      message: expect.stringMatching(
        /expected all 1 messages sent back, was 0: CouldNotDetermineMessageSource/,
      ),
    });
    expect(dead.depth().visible).toBe(1);
  });
});

describe('deadLetterReason', () => {
  it.each([
    ['to-batch', '{"legs":[1', /^message: expected JSON, was /],
    ['to-batch', '[]', /^message: expected an object, was an empty array$/],
    [
      'to-feature',
      JSON.stringify({ snapshot: aStoredSnapshot() }),
      /^live: expected true or false, was missing/,
    ],
    ['to-batch', JSON.stringify(aStoredSnapshot()), /whole; the log of batch-queue says/],
    ['to-score', '{}', /whole; the log of score-queue says/],
  ])('of %s %s', (name, body, reason) => {
    expect(deadLetterReason(name, body)).toMatch(reason);
  });
});

it.each([
  [null, ''],
  [0, '0 s'],
  [59, '59 s'],
  [3599, '59 min'],
  [7200, '2 h'],
  [200_000, '2 d'],
])('writes an age of %s seconds as "%s"', (seconds, text) => {
  expect(ageText(seconds)).toBe(text);
});
