import fc from 'fast-check';
import { API_ROUTES, type ApiRoute } from '../../../functions/read/api-routes.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { aLadder, aLeg, aSnapshot } from '../../../test/factories/snapshot.ts';

/** The roles of the API, and somebody who signs nothing. */
export type Caller = 'tracker' | 'operator' | 'viewer' | 'nobody';

/** A request that has to be taken: what of it is checked against which status. */
export interface GoodRequest {
  readonly route: ApiRoute;
  readonly as: Caller;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

/** The day whose chain is posted as a backfill, and the session in whose middle the clock stands. */
export const PAST_DAY = '2026-01-05';
const PAST_OPEN_MS = Date.parse(`${PAST_DAY}T09:15:00+05:30`);
const PAST_MINUTES = 375;

/** Who may call a route, said here once more and not read from the templates. */
export function callersOf({ method, path }: Pick<ApiRoute, 'method' | 'path'>): Caller[] {
  const forTracker = [
    'post /v1/snapshots',
    'post /v1/score',
    'post /v1/trades',
    'post /v1/feedback',
    'get /v1/recommendations',
    'get /v1/health',
  ];
  const people: Caller[] = method === 'get' ? ['operator', 'viewer'] : ['operator'];
  return forTracker.includes(`${method} ${path}`) ? ['tracker', ...people] : people;
}

export function routeOf(method: string, path: string): ApiRoute {
  const found = API_ROUTES.find((route) => route.method === method && route.path === path);
  if (found === undefined) throw new Error(`${method} ${path}: expected a route of the API, was none`);
  return found;
}

/** One of few snapshots, so that many of them come twice: what is stored stays small however long it runs. */
const pastSnapshot = fc
  .record({ minute: fc.nat(PAST_MINUTES - 1), kind: fc.nat(1) })
  .map(({ minute, kind }) =>
    aSnapshot({
      timestamp: utcIso(PAST_OPEN_MS + minute * 60_000),
      expiry: '2026-01-06',
      vix: 10 + kind,
      legs: [aLeg(), aLeg({ option_type: 'PE' })],
    }),
  );

export const snapshotNow = (nowMs: number) =>
  aSnapshot({ timestamp: utcIso(nowMs), expiry: '2026-01-06', legs: aLadder() });

/** Some features of the tracker's own set; the others are missing, which a model knows how to take. */
const FEATURES = ['pcr_total_oi', 'vix', 'price_roc_5m', 'price_roc_15m', 'realized_vol_5m'];
const vector = fc.dictionary(
  fc.constantFrom(...FEATURES),
  fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(null, 'Infinity', '-Infinity')),
);

/** What a report says follows from its number and time: the same one twice is the same report. */
function trade(nowMs: number): fc.Arbitrary<object> {
  return fc.record({ number: fc.nat(3000), minutes: fc.nat(2) }).map(({ number, minutes }) => {
    const about = { trade_id: `F-${number}`, timestamp: utcIso(nowMs - minutes * 60_000) };
    if (number % 3 === 0)
      return { ...about, status: 'rejected', origin: 'manual', reason: `too late ${number}` };
    if (number % 3 === 1) return { ...about, status: 'closed', price: number / 20, pnl: number - 1500.25 };
    const traded = { exchange: 'NSE', symbol: 'NIFTY26JAN26000CE', side: 'BUY' };
    return {
      ...about,
      ...traded,
      status: 'executed',
      origin: 'manual',
      quantity_lots: 1 + (number % 9),
      price: 100.5,
    };
  });
}

function score(nowMs: number): fc.Arbitrary<object> {
  const exchange = fc.constantFrom('NSE', 'BSE');
  return fc.oneof(
    fc.record({ exchange }),
    fc.record({ exchange, probe: fc.constant(true) }),
    fc.record({ exchange: fc.constant('NSE'), features: vector }),
    fc.record({ exchange: fc.constant('NSE'), snapshot: fc.constant(snapshotNow(nowMs)) }),
  );
}

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/v1/recommendations': ['', 'limit=5', 'exchange=NSE&limit=2', 'date=2026-01-06'],
  '/v1/models': ['', 'exchange=NSE'],
  '/v1/models/{exchange}/live': ['', 'at=2026-01-06T05%3A00%3A00Z', 'target=tb15'],
  '/v1/shadow': ['', 'exchange=NSE'],
  '/v1/datasets': [''],
  '/v1/drift': ['', 'limit=3&exchange=NSE'],
  '/v1/health': ['', 'format=csv', 'exchange=ALL&limit=2'],
  '/v1/alerts': [''],
  '/v1/journey': ['', 'date=2026-01-06'],
  '/v1/openapi.json': [''],
  '/metrics': [''],
};

/** Reading routes that answer 200 to these queries; of other routes there is no request that must be taken. */
const READS = Object.entries(QUERIES).flatMap(([path, queries]) =>
  queries.map((query) => ({ route: routeOf('get', path), path: path.replace('{exchange}', 'NSE'), query })),
);

/** Requests that have to be taken, of a cloud whose clock stands at `nowMs`. */
export function goodRequests(nowMs: number): fc.Arbitrary<GoodRequest> {
  const post = (path: string, body: fc.Arbitrary<unknown>, query = '') => {
    const route = routeOf('post', path);
    return fc.record({
      ...{ route: fc.constant(route), path: fc.constant(path), query: fc.constant(query), body },
      as: fc.constantFrom(...callersOf(route)),
    });
  };
  const reads = fc
    .constantFrom(...READS)
    .chain((read) =>
      fc.constantFrom(...callersOf(read.route)).map((as) => ({ ...read, as, body: undefined })),
    );
  return fc.oneof(
    { weight: 30, arbitrary: post('/v1/snapshots', pastSnapshot, 'backfill=true') },
    { weight: 1, arbitrary: post('/v1/snapshots', fc.constant(snapshotNow(nowMs))) },
    { weight: 25, arbitrary: post('/v1/score', score(nowMs)) },
    { weight: 20, arbitrary: post('/v1/trades', trade(nowMs)) },
    { weight: 24, arbitrary: reads },
  );
}
