import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Conflict, NotFound, RejectedInput, Temporary, Throttled } from '../errors.ts';
import { BodyTooLarge, UnreadableType } from './body.ts';
import { logger } from './logger.ts';

type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The path is known, and takes only the methods in `allow` (HTTP 405). */
export class MethodNotAllowed extends RejectedInput {
  readonly allow: readonly string[];

  constructor(message: string, allow: readonly string[]) {
    super(message, { field: 'method' });
    this.allow = allow;
  }
}

const STATUS: readonly (readonly [new (...args: never[]) => Error, number, string])[] = [
  [BodyTooLarge, 413, 'The request is too large'],
  [UnreadableType, 415, 'The request is of a type that is not read here'],
  [MethodNotAllowed, 405, 'The path is called in another way'],
  [RejectedInput, 400, 'The request was not understood'],
  [NotFound, 404, 'Not found'],
  [Conflict, 409, 'Changed by somebody else'],
  [Throttled, 429, 'Too much at once; wait and send it again'],
  [Temporary, 503, 'Busy; try again'],
];

/**
 * An HTTP route's handler: errors become RFC 9457 problem+json with the error's name as the stable `type`. Query
 * parameters outside `query` are refused, so that a misspelt one is no silent default, and a signature in the URL
 * (which lies in logs for as long as it holds) opens nothing; `'checked'`: the handler looks at all of them itself.
 */
export function httpRoute(handler: HttpHandler, query: readonly string[] | 'checked' = []) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({
      before: ({ event }) => {
        if (query !== 'checked') refuseUnknown(event.queryStringParameters ?? {}, query);
      },
      onError: (request) => {
        request.response = problem(request.error, request.event.rawPath);
      },
    })
    .handler(handler);
}

function refuseUnknown(given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const expected = known.length === 0 ? 'no query parameters' : `no query parameter but ${known.join(', ')}`;
  const was = JSON.stringify(unknown.slice(0, 60));
  throw new RejectedInput(`query: expected ${expected}, was ${was}; leave it out`, { field: 'query' });
}

/** A JSON answer. */
export function json(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The problem+json answer to an error; errors that are not the caller's are logged and say nothing of the inside. */
export function problem(error: Error | null, instance: string): APIGatewayProxyStructuredResultV2 {
  const [, status, title] = STATUS.find(([type]) => error instanceof type) ?? [
    Error,
    500,
    'Something went wrong here',
  ];
  if (status >= 500) logger.error('request failed', { error });
  const field = error instanceof RejectedInput ? error.field : undefined;
  const detail =
    status === 500 ? 'The error was logged; nothing that was accepted before is lost.' : error?.message;
  const name = status === 500 ? 'InvariantViolated' : error?.name;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...retryAfter(error), ...allow(error) },
    body: JSON.stringify({ type: `urn:oi-loop:problem:${name}`, title, status, detail, instance, field }),
  };
}

/** The problem+json answer (422) to a request that was understood and holds nothing that can be taken. */
export function refusedWhole(
  detail: string,
  instance: string,
  answer: object,
): APIGatewayProxyStructuredResultV2 {
  const title = 'Nothing of the request was accepted';
  const body = { type: 'urn:oi-loop:problem:RejectedInput', title, status: 422, detail, instance, ...answer };
  return {
    statusCode: 422,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(body),
  };
}

/** How long to wait before the same is sent again; a busy dependency is usually back within two seconds. */
function retryAfter(error: Error | null): { 'retry-after'?: string } {
  if (error instanceof Throttled) return { 'retry-after': String(error.retryAfterS) };
  return error instanceof Temporary ? { 'retry-after': '2' } : {};
}

function allow(error: Error | null): { allow?: string } {
  return error instanceof MethodNotAllowed ? { allow: error.allow.join(', ') } : {};
}
