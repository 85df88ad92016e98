import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Conflict, InvariantViolated, NotFound, RejectedInput, Temporary } from '../../../shared/errors.ts';
import { httpRoute, json, problem } from '../../../shared/observability/http.ts';
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
