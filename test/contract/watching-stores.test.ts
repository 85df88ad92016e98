import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAlertStore } from '../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoHealthStore } from '../../shared/adapters/dynamodb/health-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { type AlertState, alertStateSchema } from '../../shared/domain/alerts/alert-state.ts';
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
  it('keeps one state per exchange, the last put', async () => {
    const store = dynamoRiskStore(cloud.dynamodb, await cloud.table());
    const state = { date: '2025-12-04', daily_return: -0.012345678901234567, consecutive_losses: 2 };
    expect(await store.state('NSE')).toBeUndefined();
    await store.put('NSE', { ...state, consecutive_losses: 1 });
    await store.put('NSE', state);
    expect(await store.state('NSE')).toEqual(state);
    expect(await store.state('BSE')).toBeUndefined();
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
