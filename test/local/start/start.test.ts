import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { type Cloud, startCloud } from '../../../local/start.ts';
import { jsonOf, signedFetch } from './signed-fetch.ts';

const ASSEMBLY = join(import.meta.dirname, 'assembly');
const START = Date.UTC(2025, 11, 4, 4, 0, 0);

let directory: string;
let clock: SwitchableClock;
let cloud: Cloud;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  clock = simulatedClock(START);
  cloud = await startCloud({ cdkOut: ASSEMBLY, directory, port: 0, clock });
});

afterAll(async () => {
  await cloud.close();
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

const now = () => new Date(clock.nowMs());
const tracker = () => cloud.keys.tracker!;
const post = (body: string) =>
  signedFetch(cloud.endpoint, '/v1/messages', tracker(), { method: 'POST', body, signedAt: now() });
const get = (path: string, key = tracker()) => signedFetch(cloud.endpoint, path, key, { signedAt: now() });

describe('the whole cloud from a template', () => {
  test('takes a message by HTTP, batches it for its window, and answers the count', async () => {
    const answers = await Promise.all([post('a'), post('a'), post('b')]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await jsonOf(answers[0]!))['caller']).toBe(
      'arn:aws:sts::000000000000:assumed-role/test-api-Tracker/local',
    );
    expect((await get('/v1/counters/a')).status).toBe(404);

    await clock.advanceTo(clock.nowMs() + 60_000);
    const counted = await (await get('/v1/counters/a')).json();
    expect(counted).toEqual({ messages: 2, batch_size: 3, counted_at: '2025-12-04T04:01:00.000Z' });
  });

  test('brings a poison message to the dead-letter queue after its receives are used up', async () => {
    await post('poison');
    await clock.advanceTo(clock.nowMs() + 10 * 60_000);
    expect(cloud.services.sqs.queue('test-data-DeadLetters').depth().visible).toBe(1);
    expect(cloud.services.sqs.queue('test-data-ToCount').depth()).toEqual({
      visible: 0,
      inFlight: 0,
      delayed: 0,
    });
  });

  test('refuses a function what its role does not allow, and says what', async () => {
    expect((await get('/v1/forbidden')).status).toBe(500);
    const log = () => readFileSync(join(directory, 'logs', 'test-api-Http.log'), 'utf8');
    await expect
      .poll(log)
      .toContain('is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:');
  });

  test('lets a viewer read but not post', async () => {
    const viewer = cloud.keys.viewer!;
    expect((await get('/v1/counters/a', viewer)).status).toBe(200);
    const refused = await signedFetch(cloud.endpoint, '/v1/messages', viewer, {
      method: 'POST',
      body: 'a',
      signedAt: now(),
    });
    expect(refused.status).toBe(403);
    expect((await jsonOf(refused))['message']).toContain('test-api-Viewer is not allowed execute-api:Invoke');
  });

  test('refuses a request without signature, with a wrong secret, and an old one', async () => {
    expect((await fetch(`${cloud.endpoint}/v1/counters/a`)).status).toBe(403);
    const forged = { ...tracker(), secretAccessKey: 'x'.repeat(40) };
    expect((await get('/v1/counters/a', forged)).status).toBe(403);
    const old = await signedFetch(cloud.endpoint, '/v1/counters/a', tracker(), {
      signedAt: new Date(clock.nowMs() - 301_000),
    });
    expect((await jsonOf(old))['message']).toContain('Signature expired');
  });

  test('follows the simulated clock in the Date header', async () => {
    expect((await get('/v1/counters/a')).headers.get('date')).toBe(now().toUTCString());
  });

  test('leads an unmodified SDK client here with the operator’s environment', async () => {
    const { environment } = cloud;
    const sqs = new SQSClient({
      region: environment['AWS_REGION']!,
      endpoint: environment['AWS_ENDPOINT_URL_SQS']!,
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      },
    });
    const QueueUrl = cloud.outputs['test-data']!['QueueUrl']!;
    // The client's clock is far off: it corrects itself by the Date header, as it does on AWS.
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '120' });
  });

  test('answers the control only with its token', async () => {
    expect((await fetch(`${cloud.endpoint}/_local/status`)).status).toBe(403);
    const answer = await fetch(`${cloud.endpoint}/_local/status`, {
      headers: { 'x-local-cloud-token': cloud.token },
    });
    const status = await jsonOf<Status>(answer);
    expect(status.queues).toContainEqual({ name: 'test-data-ToCount', visible: 0, in_flight: 0, delayed: 0 });
    expect(status.resources.find(({ logical_id }) => logical_id === 'Alarm')?.inert).toBe(true);
    expect(status.clock.mode).toBe('simulated');
  });

  test('writes an endpoint file that only its owner may read', () => {
    const file = join(directory, 'endpoint.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      endpoint: cloud.endpoint,
      pid: process.pid,
    });
  });

  test('shares its folder with no other cloud', async () => {
    await expect(startCloud({ cdkOut: ASSEMBLY, directory, port: 0, clock })).rejects.toThrow(
      /in use by another local cloud/,
    );
  });
});

test('SIGTERM ends the process cleanly and takes the endpoint file away', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const running = await startProcess(folder);
  expect(await running.end('SIGTERM')).toBe(0);
  expect(existsSync(join(folder, 'endpoint.json'))).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});

describe('a killed process', () => {
  test('leaves nothing lost: the next start counts what was accepted, with the same keys', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-cloud-'));
    const first = await startProcess(folder);
    const { keys } = readEndpoint(folder);
    for (const body of ['k', 'k', 'k']) {
      const answer = await signedFetch(first.endpoint, '/v1/messages', keys.tracker, {
        method: 'POST',
        body,
      });
      expect(answer.status).toBe(202);
    }
    await first.end('SIGKILL');
    const startMs = Date.now() + 1000;
    const later = simulatedClock(startMs);
    const second = await startCloud({ cdkOut: ASSEMBLY, directory: folder, port: 0, clock: later });
    await later.advanceTo(startMs + 60_000);
    expect(second.keys.tracker).toEqual(keys.tracker);
    const answer = await signedFetch(second.endpoint, '/v1/counters/k', keys.tracker, {
      signedAt: new Date(later.nowMs()),
    });
    expect((await jsonOf(answer))['messages']).toBe(3);
    await second.close();
    later.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a simulated clock that is killed', () => {
  test('has written where it stands before anybody could act on it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-cloud-'));
    const kept = () => JSON.parse(readFileSync(join(folder, 'clock.json'), 'utf8'));
    const running = await startProcess(folder, '--simulated', '2025-12-04T04:00:00.000Z');
    expect(kept()).toEqual({ mode: 'simulated', now: '2025-12-04T04:00:00.000Z' });
    const { endpoint, token } = readEndpoint(folder);
    const body = JSON.stringify({ advance_to: '2025-12-04T09:00:00.500Z' });
    const headers = { 'x-local-cloud-token': token };
    expect((await fetch(`${endpoint}/_local/clock`, { method: 'POST', headers, body })).status).toBe(200);
    await running.end('SIGKILL');
    expect(kept()).toEqual({ mode: 'simulated', now: '2025-12-04T09:00:00.500Z' });
    rmSync(folder, { recursive: true, force: true });
  });
});

interface Status {
  readonly queues: readonly unknown[];
  readonly resources: readonly { readonly logical_id: string; readonly inert: boolean }[];
  readonly clock: { readonly mode: string };
}

function readEndpoint(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'endpoint.json'), 'utf8'));
}

/** Runs local/main.ts, on the machine's time unless told otherwise; resolves once it says that it is ready. */
async function startProcess(folder: string, ...options: readonly string[]) {
  const main = join(import.meta.dirname, '..', '..', '..', 'local', 'main.ts');
  const args = [main, '--cdk-out', ASSEMBLY, '--directory', folder, '--port', '0', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`expected a running cloud, was exit ${code}`)));
  });
  return {
    endpoint: JSON.parse(line).endpoint as string,
    end: (signal: 'SIGTERM' | 'SIGKILL') => {
      child.kill(signal);
      return ended;
    },
  };
}
