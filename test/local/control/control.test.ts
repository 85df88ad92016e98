import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { type ControlOptions, handleControl } from '../../../local/control/control.ts';
import { SlackSink } from '../../../local/control/slack-sink.ts';

let directory: string;
let clock: SwitchableClock;
let options: ControlOptions;
let visible: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'control-'));
  clock = simulatedClock(Date.UTC(2025, 11, 4));
  visible = 0;
  const fedQueue = {
    queue: { depth: () => ({ visible, inFlight: 1, delayed: 0 }) },
    source: { status: () => ({ buffered: 1, running: 0 }) },
  };
  options = {
    token: 'token',
    clock,
    slack: new SlackSink(join(directory, 'slack.jsonl')),
    fedQueues: () => [fedQueue],
    status: () => ({ endpoint: 'http://127.0.0.1:1' }),
    outbox: () => ['email'],
  };
});
afterEach(() => {
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, token = 'token') {
  const [pathname = '', query = ''] = path.split('?');
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'x-local-cloud-token': token };
  const answer = await handleControl(
    {
      method,
      path: `/_local/${pathname}`,
      query: new URLSearchParams(query),
      headers,
      body: Buffer.from(text),
    },
    options,
  );
  return { status: answer.status, body: JSON.parse(String(answer.body)) };
}

describe('the control', () => {
  test.each(['token2', 'tokem', ''])('refuses the token %j', async (token) => {
    expect((await call('GET', 'status', undefined, token)).status).toBe(403);
  });

  test('names what it knows when asked for something else', async () => {
    const { status, body } = await call('DELETE', 'clock');
    expect(status).toBe(404);
    expect(body.message).toContain('POST /_local/clock');
  });

  test('answers status with the clock, and the outbox', async () => {
    expect((await call('GET', 'status')).body).toEqual({
      endpoint: 'http://127.0.0.1:1',
      clock: { mode: 'simulated', now: '2025-12-04T00:00:00.000Z', pending: 0, next_task: null },
    });
    expect((await call('GET', 'outbox')).body).toEqual({ emails: ['email'] });
  });
});

describe('the clock', () => {
  test('advances, running what falls due', async () => {
    const ran: number[] = [];
    clock.schedule(Date.UTC(2025, 11, 4, 1), () => void ran.push(clock.nowMs()));
    const { body } = await call('POST', 'clock', { advance_to: '2025-12-04T07:30:00+05:30' });
    expect(body.now).toBe('2025-12-04T02:00:00.000Z');
    expect(ran).toEqual([Date.UTC(2025, 11, 4, 1)]);
  });

  test('goes to real time and back into the past', async () => {
    expect((await call('POST', 'clock', { mode: 'real' })).body.mode).toBe('real');
    const { body } = await call('POST', 'clock', { mode: 'simulated', now: '2024-01-01T00:00:00Z' });
    expect(body).toMatchObject({ mode: 'simulated', now: '2024-01-01T00:00:00.000Z' });
  });

  test('stands at an instant of the past when asked to', async () => {
    const { body } = await call('POST', 'clock', { mode: 'simulated', now: '2025-12-03T00:00:00Z' });
    expect(body).toMatchObject({ mode: 'simulated', now: '2025-12-03T00:00:00.000Z' });
  });

  test('refuses to run backwards', async () => {
    const { status, body } = await call('POST', 'clock', { advance_to: '2025-12-03T00:00:00Z' });
    expect([status, body.message]).toEqual([409, expect.stringContaining('time goes forwards only')]);
  });

  test.each([{ mode: 'fast' }, { advance_to: 'tomorrow' }, { mode: 'simulated' }, {}])(
    'refuses %j',
    async (body) => {
      expect((await call('POST', 'clock', body)).status).toBe(400);
    },
  );
});

describe('idle', () => {
  const idle = async () => (await call('GET', 'idle?timeout_seconds=0.1')).body.idle;

  test('is a message that waits for its window', async () => {
    expect(await idle()).toBe(true);
  });

  test('is not a visible message, a running handler or a task that is due', async () => {
    visible = 1;
    expect(await idle()).toBe(false);
    visible = 0;
    let finish = () => {};
    clock.track(
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    expect(await idle()).toBe(false);
    finish();
    expect(await idle()).toBe(true);
  });

  test('comes true while one waits for it', async () => {
    clock.track(new Promise((resolve) => setTimeout(resolve, 50)));
    expect((await call('GET', 'idle?timeout_seconds=5')).body).toMatchObject({
      idle: true,
      clock: { pending: 0 },
    });
  });
});
