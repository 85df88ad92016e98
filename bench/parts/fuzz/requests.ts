import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import * as z from 'zod';
import { API_ROUTES } from '../../../functions/read/api-routes.ts';
import { type Caller, callersOf, type GoodRequest, goodRequests } from './good.ts';
import { changedJson, changes, unreadable, writtenNumbers } from './harm.ts';
import { valuesOf } from './schema-values.ts';
import type { WireRequest } from './wire.ts';

/** What is done to a signature. */
export interface Signing {
  readonly as: Caller;
  /** How far the signer's clock is off; more than five minutes is refused. */
  readonly offsetMs: number;
  readonly region: string;
  readonly service: string;
  /** Done to the request once it is signed. */
  readonly spoilt: Spoilt | null;
}

export const SPOILT = [
  'signature digit',
  'secret',
  'unknown key',
  'body',
  'path',
  'query',
  'method',
  'host',
  'date',
  'scope date',
  'no date',
  'no signature',
  'another scheme',
  'garbage',
  'in the query',
  'session token',
  'unsigned payload',
  'host unsigned',
] as const;
export type Spoilt = (typeof SPOILT)[number];

/** One request of the fuzz run: what is sent, how it is signed, and which statuses are right. */
export interface FuzzRequest {
  readonly kind: string;
  readonly wire: WireRequest;
  readonly signing: Signing;
  readonly statuses: readonly number[];
}

const SIGNING = { offsetMs: 0, region: 'ap-south-1', service: 'execute-api', spoilt: null };
const FIVE_MINUTES_MS = 300_000;
/** What may become of a request that is well signed and of which nobody knows whether it is right. */
const JUDGED = [200, 202, 400, 404, 409, 413, 415, 422];

function wireOf({ route, path, query, body }: Omit<GoodRequest, 'as'>, isPacked = false): WireRequest {
  const method = route.method.toUpperCase();
  if (body === undefined) return { method, path, query, headers: {}, body: null };
  const bytes = Buffer.from(JSON.stringify(body));
  const type = isPacked ? 'application/gzip' : 'application/json';
  return { method, path, query, headers: { 'content-type': type }, body: isPacked ? gzipSync(bytes) : bytes };
}

/** Every request of a run, of a cloud whose clock stands at `nowMs`. */
export function fuzzRequests(nowMs: number): fc.Arbitrary<FuzzRequest> {
  const good = goodRequests(nowMs);
  return fc.oneof(
    { weight: 22, arbitrary: valid(good) },
    { weight: 10, arbitrary: fromSchema() },
    { weight: 20, arbitrary: mutated(good) },
    { weight: 12, arbitrary: damaged(good) },
    { weight: 22, arbitrary: badlySigned(good) },
    { weight: 6, arbitrary: wrongRole(good) },
    { weight: 8, arbitrary: elsewhere() },
  );
}

/** A report that may be taken although it was changed has a name of its own: a right one of that name stays right. */
function apart(request: GoodRequest): GoodRequest {
  const body = request.body as Readonly<Record<string, unknown>> | undefined;
  if (typeof body?.['trade_id'] !== 'string') return request;
  return { ...request, body: { ...body, trade_id: `changed ${body['trade_id']}` } };
}

/** Taken, whoever of its callers sends it, a little off the clock, plain or packed, with headers that mean nothing. */
function valid(good: fc.Arbitrary<GoodRequest>): fc.Arbitrary<FuzzRequest> {
  const extra = fc.dictionary(
    fc.constantFrom(
      'x-forwarded-for',
      'cookie',
      'accept',
      'x-note',
      'user-agent',
      'origin',
      'x-amzn-trace-id',
    ),
    fc.stringMatching(/^[!-~]{1,40}$/),
    { maxKeys: 2 },
  );
  const inTime = fc.integer({ min: -299_000, max: 299_000 });
  return fc.tuple(good, extra, inTime, fc.boolean()).map(([request, headers, offsetMs, isPacked]) => {
    const wire = wireOf(request, isPacked);
    return {
      kind: 'valid',
      wire: { ...wire, headers: { ...headers, ...wire.headers } },
      signing: { ...SIGNING, as: request.as, offsetMs },
      statuses: [request.route.status],
    };
  });
}

/** What the API's own document says is right; rules between fields may still refuse it. */
function fromSchema(): fc.Arbitrary<FuzzRequest> {
  known ??= perSchema();
  return known;
}

/** Made once: a schema and its patterns take long to read. */
let known: fc.Arbitrary<FuzzRequest> | undefined;

function perSchema(): fc.Arbitrary<FuzzRequest> {
  const perRoute = API_ROUTES.map((route) =>
    fc
      .record({
        as: fc.constantFrom(...callersOf(route)),
        given: valuesOf(route.parameters ?? z.object({})) as fc.Arbitrary<Record<string, unknown>>,
        body: route.body === undefined ? fc.constant(undefined) : valuesOf(route.body),
      })
      .map(({ as, given, body }): FuzzRequest => {
        const path = route.path.replace(/\{(\w+)\}/g, (_, name) =>
          encodeURIComponent(String(given[name] ?? 'x')),
        );
        const query = Object.entries(given)
          .filter(([name, value]) => !route.path.includes(`{${name}}`) && value !== undefined)
          .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
          .join('&');
        const wire = wireOf({ route, path, query, body });
        return { kind: 'from the schema', wire, signing: { ...SIGNING, as }, statuses: JUDGED };
      }),
  );
  return fc.oneof(...perRoute);
}

/** A right request with something wrong in its JSON or its query. */
function mutated(good: fc.Arbitrary<GoodRequest>): fc.Arbitrary<FuzzRequest> {
  const odd = fc.constantFrom(
    ...[
      'limit=0',
      'limit=1e9',
      'limit=1&limit=2',
      'exchange=NYSE',
      'exchange=NSE&exchange=BSE',
      'x=1',
      '__proto__=1',
      'date=2026-02-30',
    ],
    ...[
      'date=%00',
      'at=now',
      'target=%E2%82%AC',
      'exchange=%FF',
      'exchange=%',
      '=',
      '&',
      'backfill=yes',
      'format=xml',
      'date=',
    ],
  );
  const one = good.map(apart);
  return fc.tuple(one, changes, writtenNumbers, fc.nat(), odd).map(([request, made, number, at, query]) => {
    const signing = { ...SIGNING, as: request.as };
    const wire = wireOf(request);
    if (wire.body === null) {
      // Of a parameter that is no text nobody can say what was signed.
      const statuses = query.includes('%F') || query.endsWith('%') ? [...JUDGED, 403] : JUDGED;
      return { kind: 'mutated query', wire: { ...wire, query }, signing, statuses };
    }
    const body = Buffer.from(changedJson(request.body, made, number, at));
    return { kind: 'mutated JSON', wire: { ...wire, body }, signing, statuses: JUDGED };
  });
}

function damaged(good: fc.Arbitrary<GoodRequest>): fc.Arbitrary<FuzzRequest> {
  return good
    .filter(({ body }) => body !== undefined)
    .chain((request) =>
      unreadable(JSON.stringify(request.body)).map(({ name, headers, body, statuses }) => ({
        kind: `damaged: ${name}`,
        wire: { ...wireOf(request), headers, body },
        signing: { ...SIGNING, as: request.as },
        statuses,
      })),
    );
}

/** Unsigned, signed by nobody, spoilt on the way, too old or from the future: refused, whatever it asks for. */
function badlySigned(good: fc.Arbitrary<GoodRequest>): fc.Arbitrary<FuzzRequest> {
  const late = fc.oneof(
    fc.integer({ min: FIVE_MINUTES_MS + 1000, max: FIVE_MINUTES_MS + 60_000 }),
    fc.integer({ min: FIVE_MINUTES_MS + 1000, max: 20 * 365 * 86_400_000 }),
  );
  const how: fc.Arbitrary<readonly [string, Partial<Signing>]> = fc.oneof(
    fc.constant(['unsigned', { as: 'nobody' }] as const),
    late.map((ms) => ['replayed late', { offsetMs: -ms }] as const),
    late.map((ms) => ['from the future', { offsetMs: ms }] as const),
    fc.constantFrom('us-east-1', 'x', 'ap-south-2').map((region) => ['another region', { region }] as const),
    fc
      .constantFrom('s3', 'dynamodb', 'execute-ap')
      .map((service) => ['another service', { service }] as const),
    fc.constantFrom(...SPOILT).map((spoilt) => [`spoilt: ${spoilt}`, { spoilt }] as const),
    fc.constantFrom(...SPOILT).map((spoilt) => [`spoilt: ${spoilt}`, { spoilt }] as const),
  );
  return fc.tuple(good, how).map(([request, [kind, change]]) => ({
    kind,
    wire: wireOf(request),
    signing: { ...SIGNING, as: request.as, ...change },
    statuses: [403],
  }));
}

const ROLES = ['tracker', 'operator', 'viewer'] as const;

function wrongRole(good: fc.Arbitrary<GoodRequest>): fc.Arbitrary<FuzzRequest> {
  const barred = API_ROUTES.flatMap((route) =>
    ROLES.filter((role) => !callersOf(route).includes(role)).map((as) => ({ route, as })),
  );
  return fc.tuple(fc.constantFrom(...barred), good).map(([{ route, as }, { body }]) => {
    const path = route.path.replace(/\{\w+\}/g, 'NSE');
    const asked = { route, path, query: '', body: route.method === 'post' ? (body ?? {}) : undefined };
    return { kind: `wrong role: ${as}`, wire: wireOf(asked), signing: { ...SIGNING, as }, statuses: [403] };
  });
}

const PATHS = [
  '/v1',
  '/v1/',
  '/v1/nothing',
  '/v1/health/',
  '//v1/health',
  '/v1//health',
  '/V1/health',
  '/v1/../_local/status',
  '/v1/%2e%2e/_local/status',
  '/v1/health%00',
  '/v1/health%2F',
  '/v1/recommendations/',
  '/v1/recommendations/..',
  '/v1/recommendations/%2e%2e%2fhealth',
  '/v1/models/NSE',
  '/v1/models/NYSE/live',
  '/v1/recommendations/x',
  '/v1/recommendations/%FF',
  '/.env',
  '/wp-login.php',
  '/v1/health;x=1',
  '/%',
  '/v1/%E0%A4%A',
];

/** Other paths, other methods, and lines that are too long: told so, and nothing is done. */
function elsewhere(): fc.Arbitrary<FuzzRequest> {
  const as = fc.constantFrom(...ROLES);
  const asked = (kind: string, wire: Partial<WireRequest>, who: Caller, statuses: number[]): FuzzRequest => ({
    ...{ kind, statuses, signing: { ...SIGNING, as: who } },
    wire: { method: 'GET', path: '/v1/health', query: '', headers: {}, body: null, ...wire },
  });
  const known = API_ROUTES.filter(({ path }) => !path.includes('{'));
  const otherMethod = fc
    .tuple(
      fc.constantFrom(...known),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
      as,
    )
    .filter(
      ([{ path }, method]) => !known.some((one) => one.path === path && one.method.toUpperCase() === method),
    )
    .map(([{ path }, method, who]) => asked('another method', { path, method }, who, [403, 405]));
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(...PATHS), as)
      .map(([path, who]) => asked('another path', { path }, who, [400, 403, 404])),
    fc
      .tuple(fc.webPath(), as)
      .filter(([path]) => path.length > 1 && !path.includes('metrics'))
      .map(([path, who]) => asked('random path', { path }, who, [403, 404])),
    otherMethod,
    fc
      .tuple(fc.integer({ min: 10_300, max: 15_000 }), as)
      .map(([length, who]) =>
        asked('long header', { headers: { 'x-long': 'x'.repeat(length) } }, who, [431]),
      ),
    fc
      .tuple(fc.integer({ min: 10_300, max: 15_000 }), as)
      .map(([length, who]) => asked('long query', { query: `x=${'y'.repeat(length)}` }, who, [431])),
    as.map((who) => asked('head too large', { headers: { 'x-long': 'x'.repeat(17_000) } }, who, [431])),
  );
}
