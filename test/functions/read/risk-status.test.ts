import { afterAll, beforeAll, expect, it } from 'vitest';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { sessionDate } from '../../../shared/domain/market/indian-time.ts';
import { withFact } from '../../../shared/domain/risk/session-state.ts';
import type { RiskAnswer } from '../../../shared/domain/scoring/risk-answer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { anOpening, bringing } from '../../factories/risk.ts';
import { readBench } from './read-bench.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const DATE = sessionDate(START_MS);
const at = new Date(START_MS - 30_000).toISOString();

it('shows nothing blocked before anything happened', async () => {
  const bench = await readBench(cloud);
  const answer = (await bench.get('/v1/risk')) as RiskAnswer;
  expect(answer.exchanges.map(({ exchange }) => exchange)).toHaveLength(4);
  expect(answer.exchanges.flatMap(({ limits }) => limits.filter(({ blocks }) => blocks !== null))).toEqual(
    [],
  );
  expect(answer).toMatchObject({ positions: [], halts: [], controls: [], account_rupees: 1_000_000 });
});

it('shows every limit beside its value, what blocks and what would lift it', async () => {
  const bench = await readBench(cloud);
  await bench.risk.change('NSE', bringing(DATE, -12_000, -9000));
  const opened = anOpening({ at });
  for (const trade_id of ['T-1', 'T-2']) {
    const trade = { trade_id, opened, closed: null, result: null };
    await bench.risk.change('NSE', (state) => withFact(state, { kind: 'trade', date: DATE, trade }));
  }
  const order = { action: 'halt' as const, scope: 'all' as const, operator: 'asha', reason: 'news' };
  await bench.risk.control({ ...order, at, caller: null, revision: 1 });
  const answer = (await bench.get('/v1/risk', { exchange: 'NSE' })) as RiskAnswer;
  const [nse] = answer.exchanges;
  expect(answer.exchanges).toHaveLength(1);
  expect(answer.positions).toMatchObject([
    { trade_id: 'T-1', delta_rupees: 0.5 * 130 * 26000 * 0.01, exposure_rupees: 130 * 130 },
    { trade_id: 'T-2' },
  ]);
  const blocking = nse?.limits.filter(({ blocks }) => blocks !== null) ?? [];
  expect(blocking.map(({ limit, now, lifted_by }) => [limit, now, lifted_by])).toEqual([
    ['halt', 'all', './oi risk resume all'],
    ['daily loss', '-2.10 %', 'the next session'],
    ['daily loss, account', '-2.10 %', 'the next session'],
    ['open positions', '2', 'a position that is closed'],
    ['cooldown', `until ${new Date(START_MS + 270_000).toISOString()}`, 'time'],
  ]);
  expect(blocking[0]?.blocks).toContain('asha halted all exchanges');
  expect(nse?.limits.find(({ limit }) => limit.startsWith('net delta'))).toMatchObject({
    now: '33,800',
    allowed: '-250,000 .. 250,000',
  });
  expect(answer.controls).toHaveLength(1);
  expect(riskPolicy().breakers.max_account_delta).toBe(0.25);
});

it('blocks by drift only the version that drifted', async () => {
  const bench = await readBench(cloud);
  const drift = { model_version: 'another', at, why: 'drifted.', blocks: true };
  await bench.risk.change('NSE', (state) => withFact(state, { kind: 'drift', drift }));
  const { exchanges } = (await bench.get('/v1/risk', { exchange: 'NSE' })) as RiskAnswer;
  expect(exchanges[0]?.limits.find(({ limit }) => limit === 'drift')).toMatchObject({
    now: 'another',
    blocks: null,
  });
});

it('shows the positions of the exchange that is asked for', async () => {
  const bench = await readBench(cloud);
  const trade = { trade_id: 'T-1', opened: anOpening({ at }), closed: null, result: null };
  await bench.risk.change('BSE', (state) => withFact(state, { kind: 'trade', date: DATE, trade }));
  const of = async (exchange: string) => (await bench.get('/v1/risk', { exchange })) as RiskAnswer;
  expect((await of('NSE')).positions).toEqual([]);
  expect((await of('NSE')).exchanges[0]?.totals.account_open_positions).toBe(1);
  expect((await of('BSE')).positions).toHaveLength(1);
});
