import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock/contract.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { Role, Roles } from '../iam/roles.ts';
import type { LambdaService } from '../lambda/contract.ts';
import { PAYLOAD_LIMIT_BYTES } from '../lambda/definition.ts';
import { Throttled } from '../lambda/pool.ts';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { httpApiEvent } from './api-event.ts';
import { httpApiResponse, message } from './api-response.ts';
import { findRoute, type Route } from './routes.ts';
import { verifySignature } from './sigv4.ts';
import { Throttle, type ThrottleSettings } from './throttle.ts';

/** HTTP APIs take bodies up to this size. */
export const API_BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** Request line and header values together, as HTTP APIs take them. */
const HEAD_LIMIT_BYTES = 10_240;

export interface GatewayOptions {
  readonly identity: CloudIdentity;
  readonly clock: LocalClock;
  readonly lambda: LambdaService;
  readonly roles: Roles;
  /** Told of each answered request, one line of JSON without a newline. */
  readonly log: (line: string) => void;
}

/** The HTTP API of the templates: routes, signatures, policies, throttling, Lambda integrations. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #routes: Route[] = [];
  #apiId: string | undefined;
  #throttle: Throttle | undefined;
  readonly #routeThrottles = new Map<string, Throttle>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Declares the API; a second one is refused, since there is one base URL. */
  createApi(apiId: string): void {
    if (this.#apiId !== undefined)
      throw new Error(`expected one HTTP API in all stacks, was ${this.#apiId} and ${apiId}`);
    this.#apiId = apiId;
  }

  addRoute(route: Route): void {
    this.#routes.push(route);
  }

  /**
   * Limits one route, or together all that have no limit of their own. In real time: it protects the machine, and a
   * simulated clock may stand still for long.
   */
  setThrottle(settings: ThrottleSettings, routeKey?: string): void {
    const throttle = new Throttle(settings, performance.now());
    if (routeKey === undefined) this.#throttle = throttle;
    else this.#routeThrottles.set(routeKey, throttle);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const startedMs = performance.now();
    const requestId = randomUUID();
    const { response, routeKey, caller } = await this.#answer(request, requestId);
    const { status } = response;
    const latencyMs = Math.round(performance.now() - startedMs);
    const time = new Date(this.#options.clock.nowMs()).toISOString();
    this.#options.log(
      JSON.stringify({ time, id: requestId, caller: caller?.name, route: routeKey, status, latencyMs }),
    );
    return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
  }

  async #answer(
    request: LocalRequest,
    requestId: string,
  ): Promise<{ response: LocalResponse; routeKey?: string; caller?: Role }> {
    if (headBytes(request) > HEAD_LIMIT_BYTES) {
      return { response: message(431, 'Request Header Fields Too Large') };
    }
    const match = findRoute(this.#routes, request.method, request.path);
    if (match === null) return { response: message(404, 'Not Found') };
    const { route, pathParameters } = match;
    const { routeKey } = route;
    const access = route.isSigned ? this.#authorise(request) : { caller: undefined };
    if ('refusal' in access) return { response: message(403, access.refusal), routeKey };
    const { caller } = access;
    const named = caller === undefined ? { routeKey } : { routeKey, caller };
    const throttle = this.#routeThrottles.get(routeKey) ?? this.#throttle;
    if (!(throttle?.take(performance.now()) ?? true)) {
      return {
        response: {
          ...message(429, 'Too Many Requests'),
          headers: { 'content-type': 'application/json', 'retry-after': '1' },
        },
        ...named,
      };
    }
    const { identity, clock } = this.#options;
    const apiId = this.#apiId ?? '';
    const context = { ...identity, apiId, routeKey, pathParameters, caller, requestId, nowMs: clock.nowMs() };
    const payload = JSON.stringify(httpApiEvent(request, context));
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT_BYTES) {
      return { response: message(413, 'Request Entity Too Large'), ...named };
    }
    return { response: await this.#integrate(route, payload), ...named };
  }

  #authorise(request: LocalRequest): { caller: Role } | { refusal: string } {
    const { identity, clock, roles } = this.#options;
    let caller: Role | undefined;
    const scope = { region: identity.region, service: 'execute-api', nowMs: clock.nowMs() };
    const problem = verifySignature(request, scope, (accessKeyId) => {
      caller = roles.byAccessKey(accessKeyId);
      return caller?.key;
    });
    if (problem !== null) return { refusal: `Forbidden: ${problem.message}` };
    if (caller === undefined) return { refusal: 'Forbidden' };
    const resource = `arn:aws:execute-api:${identity.region}:${identity.accountId}:${this.#apiId}/$default/${request.method}${request.path}`;
    if (roles.isAllowed(caller, { action: 'execute-api:Invoke', resource })) return { caller };
    return { refusal: `Forbidden: role ${caller.name} is not allowed execute-api:Invoke on ${resource}` };
  }

  #integrate(route: Route, payload: string): Promise<LocalResponse> {
    const unavailable = message(503, 'Service Unavailable');
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => resolve(unavailable), route.timeoutMs);
      this.#options.lambda
        .invoke(route.functionArn, payload)
        .then(httpApiResponse)
        .catch((error: unknown) => {
          if (error instanceof Throttled) return unavailable;
          throw error;
        })
        .then(resolve, reject)
        .finally(() => clearTimeout(late));
    });
  }
}

function headBytes({ method, path, query, headers }: LocalRequest): number {
  const line = `${method} ${path}?${query} HTTP/1.1`;
  return Object.values(headers)
    .flat()
    .reduce((bytes, value) => bytes + (value?.length ?? 0), line.length);
}
