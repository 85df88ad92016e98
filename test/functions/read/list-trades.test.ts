import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { readBench } from './read-bench.ts';

let cloud: EmbeddedCloud;
let bench: Awaited<ReturnType<typeof readBench>>;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  bench = await readBench(cloud);
});
afterAll(() => cloud.stop());

const at = (minute: number) => utcIso(START_MS + minute * MINUTE_MS);

it('GET /v1/trades gives the reports of a day, oldest first, whoever made them', async () => {
  const [one] = await bench.recommend(0);
  const opened = aTrade(one!, { timestamp: at(1) });
  // A closing names its trade alone.
  const closed = aTrade(one!, {
    status: 'closed',
    timestamp: at(9),
    exchange: null,
    recommendation_id: null,
  });
  const manual = aTrade(one!, {
    ...{ trade_id: 'M-1', origin: 'manual', recommendation_id: null, exchange: 'BSE', timestamp: at(3) },
  });
  const before = aTrade(one!, { trade_id: 'T-0', timestamp: at(-24 * 60) });
  for (const report of [closed, manual, opened, before]) await bench.store.addTrade(report);
  // A place in the log is not the report's own.
  const { trade_id, timestamp, status } = opened;
  await bench.seal([{ kind: 'trade', trade_id, timestamp, status }]);
  expect(await bench.get('/v1/trades')).toEqual({ date: '2025-12-04', reports: [opened, manual, closed] });
  expect((await bench.get('/v1/trades', { exchange: 'NSE' })).reports).toEqual([opened, closed]);
  expect((await bench.get('/v1/trades', { date: '2025-12-03' })).reports).toEqual([before]);
  expect((await bench.get('/v1/trades', { exchange: 'NSE', date: '2025-12-01' })).reports).toEqual([]);
  await expect(bench.get('/v1/trades', { date: 'today' })).rejects.toMatchObject({ field: 'date' });
});
