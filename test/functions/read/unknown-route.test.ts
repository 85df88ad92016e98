import { describe, expect, it } from 'vitest';
import { API_ROUTES } from '../../../functions/read/api-routes.ts';
import { methodsOf } from '../../../functions/read/unknown-route.ts';

describe('methodsOf', () => {
  it('knows every route of the API', () => {
    for (const { method, path } of API_ROUTES) {
      expect(methodsOf(path.replace(/\{\w+\}/g, 'x')), path).toContain(method.toUpperCase());
    }
  });

  it.each([
    ['/v1/models/NSE/live', ['GET']],
    ['/v1/trades', ['POST', 'GET']],
    ['/v1/recommendations/', []],
    ['/v1/models//live', []],
    ['/v1/healthx', []],
    ['/v1', []],
    ['/', []],
    ['', []],
  ])('%s takes %j', (path, methods) => {
    expect(methodsOf(path)).toEqual(methods);
  });
});
