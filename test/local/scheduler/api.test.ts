import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock.ts';
import { createScheduler, type SchedulerService } from '../../../local/scheduler/scheduler.ts';

let directory: string;
let scheduler: SchedulerService;
let server: Server;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oi-scheduler-'));
  const identity = { accountId: '000000000000', region: 'ap-south-1' };
  scheduler = createScheduler({
    directory,
    clock: simulatedClock(5_000),
    invokeTarget: async () => {},
    ...identity,
  });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = await scheduler.handle({
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await scheduler.close();
  rmSync(directory, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  const type = response.headers.get('x-amzn-errortype');
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
}

const body = {
  ScheduleExpression: 'rate(15 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:lambda:ap-south-1:000000000000:function:health', RoleArn: 'arn:aws:iam::0:role/r' },
};
const scheduleArn = 'arn:aws:scheduler:ap-south-1:000000000000:schedule/default/health';

it('creates, reads, updates and deletes a schedule', async () => {
  expect(await call('POST', '/schedules/health', body)).toMatchObject({
    status: 200,
    body: { ScheduleArn: scheduleArn },
  });
  const { body: read } = await call('GET', '/schedules/health');
  expect(read).toEqual({
    Name: 'health',
    Arn: scheduleArn,
    GroupName: 'default',
    ScheduleExpression: 'rate(15 minutes)',
    ScheduleExpressionTimezone: 'UTC',
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { ...body.Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    CreationDate: 5,
    LastModificationDate: 5,
  });
  await call('PUT', '/schedules/health', { ...body, State: 'DISABLED', EndDate: 86_400 });
  const { body: updated } = await call('GET', '/schedules/health');
  expect(updated).toMatchObject({ State: 'DISABLED', EndDate: 86_400 });
  expect((await call('DELETE', '/schedules/health')).status).toBe(200);
  expect((await call('GET', '/schedules/health')).status).toBe(404);
});

it('lists in pages, by prefix and state', async () => {
  for (const name of ['a', 'b-1', 'b-2', 'b-3']) await call('POST', `/schedules/${name}`, body);
  await call('PUT', '/schedules/b-2', { ...body, State: 'DISABLED' });
  const names = async (query: string) => {
    const { body: page } = await call('GET', `/schedules?${query}`);
    return [(page['Schedules'] as Array<{ Name: string }>).map(({ Name }) => Name), page['NextToken']];
  };
  expect(await names('NamePrefix=b')).toEqual([['b-1', 'b-2', 'b-3'], undefined]);
  expect(await names('State=DISABLED')).toEqual([['b-2'], undefined]);
  expect(await names('MaxResults=2')).toEqual([['a', 'b-1'], 'b-1']);
  expect(await names('MaxResults=2&NextToken=b-1')).toEqual([['b-2', 'b-3'], undefined]);
});

it('names what is wrong', async () => {
  await call('POST', '/schedules/health', body);
  const conflict = await call('POST', '/schedules/health', body);
  expect(conflict).toMatchObject({ status: 409, type: 'ConflictException' });
  const missing = await call('PUT', '/schedules/other', body);
  expect(missing).toMatchObject({ status: 404, type: 'ResourceNotFoundException' });
  expect(missing.body['Message']).toBe('expected the name of a schedule, was other');
  const invalid = await call('PUT', '/schedules/health', { ...body, Target: undefined });
  expect(invalid).toMatchObject({ status: 400, type: 'ValidationException' });
  expect(invalid.body['Message']).toBe('schedule "health": Target: expected an object, was missing');
  expect((await call('PATCH', '/schedules/health')).status).toBe(400);
  expect((await call('GET', '/groups')).status).toBe(400);
  expect((await call('GET', '/schedules?MaxResults=0')).status).toBe(400);
});
