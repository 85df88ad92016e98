import { describe, expect, test } from 'vitest';
import { findRoute, type Route } from '../../../local/http/routes.ts';
import { Throttle } from '../../../local/http/throttle.ts';

const routes: Route[] = [
  '$default',
  'ANY /v1/{proxy+}',
  'GET /v1/models/{exchange}/live',
  'GET /v1/models/{exchange}/{what}',
  'ANY /v1/models/{exchange}/live',
  'POST /v1/snapshots',
  'GET /',
].map((routeKey) => ({ routeKey, isSigned: true, functionArn: 'f', timeoutMs: 1 }));

describe('findRoute', () => {
  test.each([
    ['POST', '/v1/snapshots', 'POST /v1/snapshots', {}],
    ['GET', '/v1/models/NSE/live', 'GET /v1/models/{exchange}/live', { exchange: 'NSE' }],
    ['PUT', '/v1/models/NSE/live', 'ANY /v1/models/{exchange}/live', { exchange: 'NSE' }],
    ['GET', '/v1/models/NSE/x%2Fy', 'GET /v1/models/{exchange}/{what}', { exchange: 'NSE', what: 'x/y' }],
    ['GET', '/v1/a/b', 'ANY /v1/{proxy+}', { proxy: 'a/b' }],
    ['GET', '/v1/models//live', 'ANY /v1/{proxy+}', { proxy: 'models//live' }],
    ['GET', '/', 'GET /', {}],
    ['DELETE', '/elsewhere', '$default', {}],
  ])('%s %s', (method, path, routeKey, pathParameters) => {
    const match = findRoute(routes, method, path);
    expect([match?.route.routeKey, match?.pathParameters]).toEqual([routeKey, pathParameters]);
  });

  test('prefers a named method to ANY, whichever was declared first', () => {
    for (const declared of [routes, routes.toReversed()]) {
      expect(findRoute(declared, 'GET', '/v1/models/NSE/live')?.route.routeKey).toBe(
        'GET /v1/models/{exchange}/live',
      );
    }
  });

  test('finds nothing without a $default', () => {
    expect(findRoute(routes.slice(5), 'GET', '/v1/snapshots')).toBeNull();
  });

  test('takes a broken percent encoding as it is', () => {
    expect(findRoute(routes, 'GET', '/v1/models/%E0%A4%A/live')?.pathParameters).toEqual({
      exchange: '%E0%A4%A',
    });
  });
});

describe('Throttle', () => {
  test('lets a burst pass, then the rate', () => {
    const throttle = new Throttle({ rateLimit: 10, burstLimit: 3 }, 0);
    const taken = (nowMs: number, times: number) => Array.from({ length: times }, () => throttle.take(nowMs));
    expect(taken(0, 4)).toEqual([true, true, true, false]);
    expect(taken(100, 2)).toEqual([true, false]);
    expect(taken(10_000, 4)).toEqual([true, true, true, false]);
  });
});
