import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { postPatiently, postSnapshots } from '../../cli/post-snapshots.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput, Temporary, Throttled } from '../../shared/errors.ts';
import type { Api, ApiCall } from '../../shared/ports/api.ts';
import { aLadder, aSnapshot } from '../factories/snapshot.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Body = (ChainSnapshot & { received_at: string })[];
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2025, 11, 4, 3, 45);

const chains = (count: number, legs = aLadder(26050, 50, 1)): ChainSnapshot[] =>
  Array.from({ length: count }, (_, at) =>
    aSnapshot({ legs, timestamp: new Date(START_MS + at * MINUTE_MS).toISOString() }),
  );

/** An API that fails as told, call by call, and refuses the snapshots whose minute `refuses` names. */
function anApi(failures: readonly (Error | null)[] = [], refuses: (at: number) => boolean = () => false) {
  const calls: ApiCall[] = [];
  const api: Api = {
    async call<T>(request: ApiCall): Promise<T> {
      const failure = failures[calls.length];
      calls.push(request);
      if (failure) throw failure;
      const minute = ({ timestamp }: ChainSnapshot) => (Date.parse(timestamp) - START_MS) / MINUTE_MS;
      const rejected = (request.body as Body).flatMap((one, index) =>
        refuses(minute(one)) ? [{ index, reason: `timestamp: minute ${minute(one)}` }] : [],
      );
      return { accepted: (request.body as Body).length - rejected.length, rejected } as T;
    },
  };
  return { api, calls, bodies: () => calls.map(({ body }) => body as Body) };
}

/** Runs something that waits, with time passing at once. */
async function hurried<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  await vi.runAllTimersAsync();
  return work;
}

describe('postSnapshots', () => {
  it('posts backfill batches of at most sixty, as received when they were taken', async () => {
    const { api, calls, bodies } = anApi();
    const report = await postSnapshots(api, chains(130));
    expect(report).toEqual({ posted: 130, accepted: 130, rejected: [] });
    expect(bodies().map(({ length }) => length)).toEqual([60, 60, 10]);
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/v1/snapshots', query: { backfill: 'true' } });
    for (const one of bodies().flat()) expect(one.received_at).toBe(one.timestamp);
  });

  it('keeps wide chains below the limit of a request', async () => {
    const wide = chains(30, aLadder(26050, 50, 400));
    const { api, bodies } = anApi();
    await postSnapshots(api, wide);
    expect(bodies().length).toBeGreaterThan(2);
    for (const body of bodies()) expect(JSON.stringify(body).length).toBeLessThan(4 * 1024 * 1024);
  });

  it('posts every snapshot once and in order, whatever the number and the refusals', async () => {
    const all = chains(200);
    await fc.assert(
      fc.asyncProperty(fc.nat(200), fc.integer({ min: 1, max: 9 }), async (count, every) => {
        const { api, bodies } = anApi([], (at) => at % every === 0);
        const accepted: string[] = [];
        const given = all.slice(0, count);
        const report = await postSnapshots(api, given, undefined, ({ timestamp }) => {
          accepted.push(timestamp);
        });
        expect(
          bodies()
            .flat()
            .map(({ timestamp }) => timestamp),
        ).toEqual(given.map((one) => one.timestamp));
        expect(report.posted).toBe(count);
        expect(report.accepted).toBe(accepted.length);
        expect(report.accepted + report.rejected.length).toBe(count);
        const refused = report.rejected.map(({ timestamp }) => timestamp);
        expect([...accepted, ...refused].sort()).toEqual(given.map(({ timestamp }) => timestamp).sort());
      }),
      { numRuns: 40 },
    );
  });

  it('takes snapshots as they are read, and tells progress after each request', async () => {
    async function* reading() {
      yield* chains(61);
    }
    const told: number[] = [];
    await postSnapshots(anApi().api, reading(), ({ posted }) => told.push(posted));
    expect(told).toEqual([60, 61]);
  });

  it('names each refused snapshot with the reason', async () => {
    const { api } = anApi([], (at) => at === 61);
    const { rejected } = await postSnapshots(api, chains(62));
    expect(rejected).toEqual([{ timestamp: '2025-12-04T04:46:00.000Z', reason: 'timestamp: minute 61' }]);
  });
});

describe('postPatiently', () => {
  const busy = new Temporary('POST /v1/snapshots: HTTP 503');

  it('asks a busy API again, with the same body', async () => {
    const { api, bodies } = anApi([busy, busy, null]);
    expect(await hurried(postPatiently(api, chains(2)))).toEqual({ accepted: 2, rejected: [] });
    expect(bodies()).toHaveLength(3);
    expect(bodies()[2]).toEqual(bodies()[0]);
  });

  it('waits longer each time', async () => {
    const { api, calls } = anApi([busy, busy, busy, null]);
    const waits: number[] = [];
    let last = Date.now();
    const posting = postPatiently(
      {
        call: (request) => {
          waits.push(Date.now() - last);
          last = Date.now();
          return api.call(request);
        },
      },
      chains(1),
    );
    await hurried(posting);
    expect(calls).toHaveLength(4);
    expect(waits).toEqual([0, 200, 400, 800]);
  });

  it('gives up after six tries', async () => {
    const { api, calls } = anApi(Array.from({ length: 9 }, () => busy));
    await expect(hurried(postPatiently(api, chains(1)))).rejects.toBe(busy);
    expect(calls).toHaveLength(6);
  });

  it('waits as long as a full API says, without counting that as a failure', async () => {
    const full = (retryAfterS: number) => new Throttled('backlog', { retryAfterS });
    const { api, calls, bodies } = anApi([...Array.from({ length: 8 }, () => full(20)), busy, full(3), null]);
    const waited: number[] = [];
    const startMs = Date.now();
    await hurried(postPatiently(api, chains(1), {}, (seconds) => waited.push(seconds)));
    expect(calls).toHaveLength(11);
    expect(bodies().at(-1)).toEqual(bodies()[0]);
    expect(waited).toEqual([...Array.from({ length: 8 }, () => 20), 3]);
    expect(Date.now() - startMs).toBe(8 * 20_000 + 200 + 3000);
  });

  it('gives up on an API that stays full for half an hour', async () => {
    const full = new Throttled('backlog', { retryAfterS: 60 });
    const { api, calls } = anApi(Array.from({ length: 99 }, () => full));
    await expect(hurried(postPatiently(api, chains(1)))).rejects.toBe(full);
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.length).toBeLessThan(40);
  });

  it('does not repeat what was refused', async () => {
    const refused = new RejectedInput('POST /v1/snapshots: Forbidden');
    const { api, calls } = anApi([refused]);
    await expect(hurried(postPatiently(api, chains(1)))).rejects.toBe(refused);
    expect(calls).toHaveLength(1);
  });
});
