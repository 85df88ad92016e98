import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Conflict,
  InvariantViolated,
  NotFound,
  RejectedInput,
  Temporary,
  Throttled,
} from '../../../shared/errors.ts';
import { BodyTooLarge, UnreadableType } from '../../../shared/observability/body.ts';
import {
  httpRoute,
  json,
  MethodNotAllowed,
  problem,
  refusedWhole,
} from '../../../shared/observability/http.ts';
import { logger } from '../../../shared/observability/logger.ts';

const logged = vi.spyOn(logger, 'error');
beforeEach(() => {
  logged.mockImplementation(() => {});
});
afterEach(() => {
  logged.mockClear();
});

const call = async (run: () => Promise<APIGatewayProxyStructuredResultV2>) =>
  (await httpRoute(run)({ rawPath: '/v1/score' } as APIGatewayProxyEventV2, {} as Context)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };

describe('httpRoute', () => {
  it('passes an answer on as it is', async () => {
    expect(await call(async () => json(202, { accepted: 1 }))).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"accepted":1}',
    });
  });

  it.each([
    [new RejectedInput('vix: expected a number', { field: 'vix' }), 400, 'RejectedInput'],
    [new NotFound('no such id'), 404, 'NotFound'],
    [new Conflict('changed'), 409, 'Conflict'],
    [new BodyTooLarge('body: 5 MB', { field: 'body' }), 413, 'RejectedInput'],
    [new UnreadableType('content-type: text/csv', { field: 'content-type' }), 415, 'RejectedInput'],
    [new Throttled('full'), 429, 'Throttled'],
    [new Temporary('busy'), 503, 'Temporary'],
  ])('answers %s with problem+json', async (error, status, type) => {
    const answer = await call(async () => {
      throw error;
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      type: `urn:oi-loop:problem:${type}`,
      status,
      title: expect.any(String),
      detail: error.message,
      instance: '/v1/score',
    });
    expect(JSON.parse(answer.body).field).toBe(error.field);
    expect(logged).toHaveBeenCalledTimes(status >= 500 ? 1 : 0);
  });

  it.each([
    new TypeError("Cannot read properties of undefined (reading 'secret')"),
    new InvariantViolated('table oi-secret'),
    'text',
  ])('says nothing of the inside for %s, and logs it', async (error) => {
    const answer = await call(async () => {
      throw error;
    });
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body).type).toBe('urn:oi-loop:problem:InvariantViolated');
    expect(answer.body).not.toMatch(/secret|text/);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('gives a 500 for no error at all', () => {
    expect(problem(null, '/x').statusCode).toBe(500);
  });
});

it('tells who was throttled how long to wait, and nobody else', async () => {
  const headers = async (error: Error) =>
    (
      await call(async () => {
        throw error;
      })
    ).headers;
  expect(await headers(new Throttled('full', { retryAfterS: 12 }))).toMatchObject({ 'retry-after': '12' });
  expect(await headers(new Temporary('busy'))).toMatchObject({ 'retry-after': '2' });
  expect(await headers(new RejectedInput('no'))).not.toHaveProperty('retry-after');
});

it('answers a request of which nothing could be taken with the problem and its parts', () => {
  const answer = refusedWhole('snapshot 0: legs: none', '/v1/snapshots', { accepted: 0, rejected: [1] });
  expect(answer).toMatchObject({ statusCode: 422, headers: { 'content-type': 'application/problem+json' } });
  expect(JSON.parse(answer.body!)).toEqual({
    type: 'urn:oi-loop:problem:RejectedInput',
    title: 'Nothing of the request was accepted',
    ...{
      status: 422,
      detail: 'snapshot 0: legs: none',
      instance: '/v1/snapshots',
      accepted: 0,
      rejected: [1],
    },
  });
});

describe('query parameters', () => {
  const ask = async (known: Parameters<typeof httpRoute>[1], given: Record<string, string>) => {
    const event = { rawPath: '/v1/score', queryStringParameters: given } as unknown as APIGatewayProxyEventV2;
    const answer = await httpRoute(async () => json(200, {}), known)(event, {} as Context);
    return answer as { statusCode: number; body: string };
  };

  it('are taken where the route knows them', async () => {
    expect((await ask(['backfill'], { backfill: 'true' })).statusCode).toBe(200);
    expect((await ask('checked', { anything: '1' })).statusCode).toBe(200);
    expect((await ask([], {})).statusCode).toBe(200);
  });

  it.each([
    [[], 'X-Amz-Signature', 'expected no query parameters, was "X-Amz-Signature"'],
    [['backfill'], 'backfil', 'expected no query parameter but backfill, was "backfil"'],
    [[], 'x'.repeat(5000), `was "${'x'.repeat(60)}"`],
  ])('are refused elsewhere', async (known, name, words) => {
    const { statusCode, body } = await ask(known, { [name]: '1' });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ field: 'query', detail: expect.stringContaining(words) });
  });
});

it('says which methods a path takes', () => {
  const answer = problem(new MethodNotAllowed('method: expected GET', ['GET', 'POST']), '/v1/risk');
  expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, POST' } });
});
