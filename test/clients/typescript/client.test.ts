import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Answer, clientOver } from '../../../clients/typescript/client.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { NotFound } from '../../../shared/errors.ts';
import type { ApiCall } from '../../../shared/ports/api.ts';

/** A line that keeps what it is asked for, and answers with it. */
function aClient() {
  const calls: ApiCall[] = [];
  const client = clientOver({
    async call<T>(call: ApiCall) {
      calls.push(call);
      return call as T;
    },
  });
  return { client, calls };
}

const ID = '01KBKZ4BR0Z89NH685SXXPFQX4';

describe('oiLoopClient', () => {
  it('asks by method and path, with what the route takes', async () => {
    const { client, calls } = aClient();
    await client.ask('POST /v1/score', { body: { exchange: 'NSE' } });
    await client.ask('GET /v1/recommendations/{id}', { path: { id: ID } });
    await client.ask('GET /v1/recommendations', { query: { exchange: 'BSE', limit: 5 } });
    await client.ask('GET /v1/journey');
    expect(calls).toEqual([
      { method: 'POST', path: '/v1/score', query: {}, body: { exchange: 'NSE' } },
      { method: 'GET', path: `/v1/recommendations/${ID}`, query: {} },
      { method: 'GET', path: '/v1/recommendations', query: { exchange: 'BSE', limit: '5' } },
      { method: 'GET', path: '/v1/journey', query: {} },
    ]);
  });

  it('escapes what goes into a path, and names what is missing there', async () => {
    const { client, calls } = aClient();
    await client.ask('GET /v1/recommendations/{id}', { path: { id: 'a/b c' } });
    expect(calls[0]?.path).toBe('/v1/recommendations/a%2Fb%20c');
    const asked = client.ask('GET /v1/recommendations/{id}', { path: {} as { id: string } });
    await expect(asked).rejects.toThrow('path.id: expected a value for /v1/recommendations/{id}, was none');
  });

  it('passes the errors of the line on', async () => {
    const client = clientOver({
      async call() {
        throw new NotFound('recommendation: expected a known id', { field: 'id' });
      },
    });
    await expect(client.ask('GET /v1/health')).rejects.toThrow(NotFound);
  });

  it('knows the types of routes, requests and answers', () => {
    const { client } = aClient();
    type Score = Answer<'POST /v1/score'>;
    expectTypeOf<Score['action']>().toEqualTypeOf<'SELL' | 'HOLD' | 'BUY'>();
    expectTypeOf<Score['probabilities']>().toEqualTypeOf<Readonly<Recommendation['probabilities']>>();
    expectTypeOf<Recommendation>().toExtend<Score>();
    // @ts-expect-error an exchange that there is not
    void client.ask('POST /v1/score', { body: { exchange: 'NYSE' } });
    // @ts-expect-error a body is wanted
    void client.ask('POST /v1/score');
    // @ts-expect-error a route that there is not
    void client.ask('GET /v1/nothing');
    // @ts-expect-error a path is wanted
    void client.ask('GET /v1/recommendations/{id}', {}).catch(() => undefined);
    expectTypeOf(client.ask<'GET /v1/journey'>).returns.resolves.toHaveProperty('stages');
  });
});
