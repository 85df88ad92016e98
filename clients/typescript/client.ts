import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import type { Api } from '../../shared/ports/api.ts';
import type { Routes } from './routes.ts';

/** A route by method and path. Example: `GET /v1/recommendations/{id}`. */
export type Route = keyof Routes;

type Given<Part extends string, Value> = Value extends undefined
  ? { readonly [Key in Part]?: undefined }
  : Record<never, never> extends Value
    ? { readonly [Key in Part]?: Value }
    : { readonly [Key in Part]: Value };

/** What a route wants: `path` and `body` where it has them, `query` as far as one likes. */
export type Request<R extends Route> = Given<'path', Routes[R]['path']> &
  Given<'query', Routes[R]['query']> &
  Given<'body', Routes[R]['body']>;

export type Answer<R extends Route> = Routes[R]['answer'];

type Arguments<R extends Route> =
  Record<never, never> extends Request<R> ? [request?: Request<R>] : [request: Request<R>];

/** The HTTP API with the types of its OpenAPI document. */
export interface OiLoopClient {
  /**
   * Asks a route, signed by SigV4. Example: `ask('POST /v1/score', { body: { exchange: 'NSE' } })`.
   * @throws RejectedInput, NotFound, Conflict, Throttled or Temporary, as the API or the line has it
   */
  ask<R extends Route>(route: R, ...request: Arguments<R>): Promise<Answer<R>>;
}

/** endpoint: the API's URL; region: of its signatures; credentials: of the tracker, an operator or a viewer. */
export function oiLoopClient(options: Parameters<typeof signedApi>[0]): OiLoopClient {
  return clientOver(signedApi(options));
}

/** The client over any line to the API. */
export function clientOver(api: Api): OiLoopClient {
  return {
    async ask(route, ...[request]) {
      const [method, template] = route.split(' ') as ['GET' | 'POST', string];
      const {
        path = {},
        query = {},
        body,
      } = (request ?? {}) as {
        path?: Record<string, unknown>;
        query?: Record<string, unknown>;
        body?: unknown;
      };
      return api.call({
        method,
        path: filled(template, path),
        query: texts(query),
        ...(body === undefined ? {} : { body }),
      });
    },
  };
}

function filled(template: string, path: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new TypeError(`path.${name}: expected a value for ${template}, was none`);
    return encodeURIComponent(String(value));
  });
}

/** What is undefined is left out. */
function texts(query: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
