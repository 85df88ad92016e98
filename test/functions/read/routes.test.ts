import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { API_ROUTES } from '../../../functions/read/api-routes.ts';
import type { AlertState } from '../../../shared/domain/alerts/alert-state.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { openApproval } from '../../../shared/domain/promotion/approval.ts';
import { JOURNEY } from '../../../shared/journey.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { anAlert } from '../../factories/alert-state.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';
import { aHistoryRow } from '../../factories/registry.ts';
import { readBench } from './read-bench.ts';

const TODAY = '2025-12-04';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof readBench>>;
beforeEach(async () => {
  bench = await readBench(cloud);
});

describe('GET /v1/recommendations', () => {
  it('gives the session of today, newest first, at most as many as asked for', async () => {
    const [first, second, third] = await bench.recommend(0, 1, 2);
    const all = await bench.get('/v1/recommendations');
    expect(all.date).toBe(TODAY);
    expect(all.recommendations).toEqual([third, second, first]);
    const two = await bench.get('/v1/recommendations', { limit: '2', exchange: 'NSE' });
    expect(two.recommendations).toEqual([third, second]);
    expect((await bench.get('/v1/recommendations', { exchange: 'BSE' })).recommendations).toEqual([]);
  });

  it('goes back to the newest day with data', async () => {
    const [one] = await bench.recommend(0);
    bench.nowMs += 4 * 86_400_000;
    expect(await bench.get('/v1/recommendations')).toEqual({ date: TODAY, recommendations: [one] });
    await bench.chainDay('2025-11-03');
    bench.nowMs += 40 * 86_400_000;
    expect(await bench.get('/v1/recommendations')).toEqual({ date: '2025-11-03', recommendations: [] });
  });

  it.each([
    ['limit', '0', 'expected 1 or more, was "0"; write it in digits'],
    ['limit', 'many', 'expected a number, was "many"; write it in digits'],
    ['date', '4 December', 'expected a calendar date, was "4 December"; write it as 2025-12-04'],
    ['exchange', 'NYSE', 'expected one of NSE, BSE, NSE_MONTHLY, BANKNIFTY_MONTHLY, was "NYSE"'],
  ])('refuses %s=%s by name', async (field, value, said) => {
    await expect(bench.get('/v1/recommendations', { [field]: value })).rejects.toMatchObject({
      name: 'RejectedInput',
      field,
      message: `${field}: ${said}`,
    });
  });
});

describe('GET /v1/recommendations/{id}', () => {
  it('follows a recommendation to its place in the log, its trades and outcomes', async () => {
    const [one] = await bench.recommend(0);
    const trade = aTrade(one!);
    await bench.store.addTrade(trade);
    await bench.seal([{ kind: 'recommendation', id: one!.id }]);
    expect(await bench.get('/v1/recommendations/{id}', { id: one!.id })).toEqual({
      recommendation: one,
      log_index: 0,
      trades: [trade],
      marks: [],
      outcomes: [],
      feedback: [],
    });
  });

  it('names a parameter that it does not know, and those that it knows', async () => {
    const known = 'query: expected no parameter but exchange, date, limit, was "limi"; leave it out';
    await expect(bench.get('/v1/recommendations', { limi: '3' })).rejects.toThrow(known);
  });

  it('knows an unknown id from a malformed one', async () => {
    const unknown = bench.get('/v1/recommendations/{id}', { id: aRecommendation().id });
    await expect(unknown).rejects.toMatchObject({ name: 'NotFound' });
    const malformed = bench.get('/v1/recommendations/{id}', { id: 'latest' });
    await expect(malformed).rejects.toMatchObject({ name: 'RejectedInput', field: 'id' });
  });
});

describe('GET /v1/models', () => {
  it('lists versions, and says which was live at any moment', async () => {
    const first = await bench.deploy('a', '2025-12-02T12:00:00.000Z');
    const second = await bench.deploy('b', '2025-12-03T12:00:00.000Z', first);
    const { models } = await bench.get('/v1/models', { exchange: 'NSE' });
    expect(models.map(({ version }: { version: string }) => version).sort()).toEqual([first, second].sort());
    const liveAt = async (at?: string) =>
      (await bench.get('/v1/models/{exchange}/live', { exchange: 'NSE', ...(at && { at }) })).version;
    expect(await liveAt('2025-12-01T00:00:00Z')).toBeNull();
    expect(await liveAt('2025-12-03T17:29:59+05:30')).toBe(first);
    expect(await liveAt('2025-12-03T17:30:00+05:30')).toBe(second);
    expect(await liveAt()).toBe(second);
  });

  it('shows the promotion that waits, without its token, until it expires', async () => {
    const history = aHistoryRow({ to_version: 'v3' });
    const row = openApproval(undefined, {
      ...{
        history,
        version: 'v3',
        execution: 'e1',
        token: 'secret',
        now: utcIso(START_MS),
        expiresAfterDays: 5,
      },
    });
    await bench.approvals.put(row);
    const waiting = async () => (await bench.get('/v1/models', { exchange: 'NSE' })).waiting;
    const { token: _token, ...shown } = row;
    expect(await waiting()).toEqual([shown]);
    bench.nowMs = Date.parse(row.open_until);
    expect(await waiting()).toEqual([]);
  });
});

describe('reports', () => {
  it('gives the newest drift report of each exchange', async () => {
    for (const [minute, exchange] of [
      [0, 'NSE'],
      [15, 'NSE'],
      [15, 'BSE'],
    ] as const) {
      const at = utcIso(START_MS + minute * MINUTE_MS);
      await bench.health.add('drift', exchange, { at, body: { exchange, at, status: 'steady' } });
    }
    const { reports } = await bench.get('/v1/drift');
    expect(reports).toHaveLength(2);
    const twice = await bench.get('/v1/drift', { exchange: 'NSE', limit: '5' });
    expect(twice.reports.map(({ at }: { at: string }) => at)).toEqual([
      utcIso(START_MS + 15 * MINUTE_MS),
      utcIso(START_MS),
    ]);
  });

  it('gives health as JSON, CSV and Prometheus text', async () => {
    const summary = await bench.summarise('NSE');
    await bench.summarise('BSE');
    const { summaries } = await bench.get('/v1/health', { exchange: 'NSE' });
    expect(summaries).toEqual([summary]);
    const csv = await bench.answer('GET /v1/health', { format: 'csv' });
    expect(csv.contentType).toContain('text/csv');
    expect(csv.body.match(/at,exchange,name/g)).toHaveLength(1);
    expect(csv.body).toMatch(/,NSE,stage_count,snapshots,30\r\n/);
    expect(csv.body).toMatch(/,BSE,stage_count,snapshots,30\r\n/);
    const metrics = await bench.answer('GET /metrics', {});
    expect(metrics.contentType).toBe('text/plain; version=0.0.4');
    expect(metrics.body).toContain('oi_loop_stage_count{exchange="NSE",what="snapshots"} 30\n');
  });

  it('lists open alerts before recovered ones', async () => {
    await bench.alerts.put(anAlert('data-stale', 'recovered'));
    await bench.alerts.put(anAlert('feature-drift', 'open'));
    const rules = async (query = {}) =>
      (await bench.get('/v1/alerts', query)).alerts.map(({ rule }: AlertState) => rule);
    expect(await rules()).toEqual(['feature-drift', 'data-stale']);
    expect(await rules({ status: 'recovered' })).toEqual(['data-stale']);
  });
});

describe('GET /v1/journey', () => {
  it('has one row a stage, in the order of the journey, with what was counted', async () => {
    const [one] = await bench.recommend(0, 1, 2);
    await bench.seal([{ kind: 'recommendation', id: one!.id }]);
    await bench.chainDay(TODAY);
    await bench.deploy('a', utcIso(START_MS));
    await bench.summarise('ALL');
    const { date, stages } = await bench.get('/v1/journey');
    expect(date).toBe(TODAY);
    expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual(JOURNEY.map(({ name }) => name));
    const counted = Object.fromEntries(
      stages.map((row: { stage: string; in: number; out: number }) => [row.stage, [row.in, row.out]]),
    );
    expect(counted).toMatchObject({
      score: [0, 3],
      audit: [3, 1],
      compact: [0, 1],
      outcome: [3, 0],
      promote: [0, 1],
      health: [3, 1],
      alert: [1, 0],
    });
  });

  it('counts an alert on the days on which a check found it, and on no other', async () => {
    await bench.alerts.put(anAlert('feature-drift', 'recovered'));
    const out = async (date: string) =>
      (await bench.get('/v1/journey', { date })).stages.find(
        ({ stage }: { stage: string }) => stage === 'alert',
      ).out;
    expect(await out(TODAY)).toBe(1);
    expect(await out('2025-12-01')).toBe(0);
  });

  it('is all zeros where nothing has happened yet', async () => {
    const { date, stages } = await bench.get('/v1/journey', { date: '2025-12-01' });
    expect(date).toBe('2025-12-01');
    expect(stages.every((row: { in: number; out: number }) => row.in === 0 && row.out === 0)).toBe(true);
  });
});

describe('the routes themselves', () => {
  it('answers every GET route that the document names, and no other', async () => {
    for (const { method, path } of API_ROUTES.filter((route) => route.method === 'get')) {
      const asked = bench.answer(`${method.toUpperCase()} ${path}`, { exchange: 'NSE', id: 'x' });
      const answered = await asked.catch((error: Error) => error);
      if (answered instanceof Error) expect(answered.name, path).toBe('RejectedInput');
    }
    await expect(bench.answer('GET /v1/secrets', {})).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('documents each route with parameters, answers, problems and the signature', async () => {
    const document = await bench.get('/v1/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual(
      [...new Set(API_ROUTES.map(({ path }) => path))].sort(),
    );
    const live = document.paths['/v1/models/{exchange}/live'].get;
    expect(live.parameters.map((one: { name: string; in: string }) => [one.name, one.in])).toEqual([
      ['exchange', 'path'],
      ['target', 'query'],
      ['at', 'query'],
    ]);
    expect(live.responses['400'].content['application/problem+json'].schema.$ref).toBe(
      '#/components/schemas/Problem',
    );
    const posted = document.paths['/v1/snapshots'].post.requestBody.content['application/json'].schema;
    expect(posted.anyOf[0].required).toContain('legs');
    expect(posted.anyOf[0].properties.exchange.enum).toContain('BANKNIFTY_MONTHLY');
    expect(document.security).toEqual([{ sigv4: [] }]);
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(API_ROUTES.length);
  });
});
