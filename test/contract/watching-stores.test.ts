import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAlertStore } from '../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoHealthStore } from '../../shared/adapters/dynamodb/health-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { type AlertState, alertStateSchema } from '../../shared/domain/alerts/alert-state.ts';
import type { Control } from '../../shared/domain/risk/control.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import { aResult, bringing } from '../factories/risk.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

describe('HealthStore on DynamoDB', () => {
  it('gives the newest reports first, per kind and exchange', async () => {
    const store = dynamoHealthStore(cloud.dynamodb, await cloud.table());
    const at = (minute: number) => `2025-12-04T07:${minute}:00.000Z`;
    for (const minute of [15, 45, 30]) {
      await store.add('drift', 'NSE', {
        at: at(minute),
        body: { psi: minute + 0.1, features: ['vix'], worst: null },
      });
    }
    await store.add('health', 'NSE', { at: at(50), body: {} });
    await store.add('drift', 'ALL', { at: at(50), body: {} });
    expect(await store.latest('drift', 'NSE', 2)).toEqual([
      { at: at(45), body: { psi: 45.1, features: ['vix'], worst: null } },
      { at: at(30), body: { psi: 30.1, features: ['vix'], worst: null } },
    ]);
    expect(await store.latest('drift', 'BSE', 5)).toEqual([]);
  });
});

describe('RiskStore on DynamoDB', () => {
  const risk = async () => dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const DATE = '2025-12-04';

  it('keeps one session per exchange, numbers bit for bit', async () => {
    const store = await risk();
    expect(await store.book()).toEqual({ sessions: [], halts: [] });
    const state = await store.change('NSE', bringing(DATE, -0.012345678901234567, 1 / 3));
    await store.change('BSE', bringing(DATE, 1));
    expect((await store.book()).sessions.find(({ exchange }) => exchange === 'NSE')).toEqual(state);
    expect(state.trades.map(({ result }) => result?.pnl_rupees)).toEqual([-0.012345678901234567, 1 / 3]);
  });

  it('loses nothing of changes that race', async () => {
    const store = await risk();
    const facts = Array.from({ length: 8 }, (_, nth) => aResult(DATE, nth, nth));
    await Promise.all(facts.map((fact) => store.change('NSE', (state) => withFact(state, fact))));
    const [state] = (await store.book()).sessions;
    expect(state?.trades.map(({ trade_id }) => trade_id)).toEqual(facts.map((_, nth) => `R-${nth}`));
  });

  it('writes nothing that no answer could read, and stays as it was', async () => {
    const store = await risk();
    const before = await store.change('NSE', bringing(DATE, 5));
    const beyond = (state: typeof before) => ({ ...state, trades: [{ ...state.trades[0]!, trade_id: '' }] });
    await expect(store.change('NSE', beyond)).rejects.toThrow('risk of NSE: a session that cannot be read');
    expect((await store.book()).sessions).toEqual([before]);
  });

  it('writes nothing where a change changes nothing', async () => {
    const store = await risk();
    const first = await store.change('NSE', bringing(DATE, 5));
    expect(await store.change('NSE', (state) => withFact(state, aResult(DATE, 0, 5)))).toEqual(first);
  });

  it('keeps every order, and the last of each scope in force', async () => {
    const store = await risk();
    const order = (scope: Control['scope'], revision: number, action: Control['action'], minute: number) => ({
      ...{ scope, revision, action, operator: 'asha', reason: 'news', caller: null },
      at: `${DATE}T07:${minute}:00.000Z`,
    });
    expect(await store.lastControl('all')).toBeUndefined();
    const orders = [
      order('NSE', 1, 'halt', 10),
      order('all', 1, 'halt', 11),
      order('NSE', 2, 'resume', 12),
    ] as const;
    for (const one of orders) await store.control(one);
    await expect(store.control(order('all', 1, 'halt', 13))).rejects.toMatchObject({ name: 'Conflict' });
    await expect(store.control(order('all', 3, 'resume', 14))).rejects.toMatchObject({ name: 'Conflict' });
    expect(await store.lastControl('NSE')).toEqual(orders[2]);
    const { halts } = await store.book();
    expect(halts).toEqual([{ scope: 'all', by: 'asha', reason: 'news', at: orders[1].at }]);
    expect(await store.controls(10)).toEqual(orders.toReversed());
    expect(await store.controls(1)).toEqual([orders[2]]);
  });
});

describe('AlertStore on DynamoDB', () => {
  const aState = (overrides: Partial<AlertState> = {}): AlertState =>
    alertStateSchema.parse({
      rule: 'feature-drift',
      exchange: 'NSE',
      status: 'open',
      finding: {
        rule: 'feature-drift',
        exchange: 'NSE',
        subject: 'features',
        severity: 'warning',
        title: 'NSE: drift in 7 of 78 features',
        what: 'PSI above 0.25 in 7 features',
        next: 'Look at the drift report',
        numbers: { features: 7, worst: 'vix' },
      },
      opened_at: '2025-12-04T07:15:00.000Z',
      last_seen_at: '2025-12-04T07:15:00.000Z',
      last_notified_at: '2025-12-04T07:15:00.000Z',
      recovered_at: null,
      occurrences: 1,
      revision: 1,
      ...overrides,
    });

  it('keeps a state per rule and exchange, changed only from the revision before', async () => {
    const store = dynamoAlertStore(cloud.dynamodb, await cloud.table());
    expect(await store.state('feature-drift', 'NSE')).toBeUndefined();
    await store.put(aState());
    await store.put(aState({ exchange: 'BSE' }));
    await expect(store.put(aState())).rejects.toMatchObject({ name: 'Conflict' });
    const second = aState({ revision: 2, occurrences: 2 });
    await store.put(second);
    await expect(store.put({ ...second, revision: 4 })).rejects.toMatchObject({ name: 'Conflict' });
    expect(await store.state('feature-drift', 'NSE')).toEqual(second);
    expect((await store.all()).map(({ exchange }) => exchange)).toEqual(['BSE', 'NSE']);
  });

  it('lets one of two racing changes win', async () => {
    const store = dynamoAlertStore(cloud.dynamodb, await cloud.table());
    const race = [1, 2].map((occurrences) => store.put(aState({ occurrences })));
    const results = await Promise.allSettled(race);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
