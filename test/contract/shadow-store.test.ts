import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';
import {
  aChallenger,
  aResolvedShadow,
  aShadowAnswer,
  aShadowSession,
  CHALLENGER,
} from '../factories/shadow.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
let store: ShadowStore;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  store = dynamoShadowStore(cloud.dynamodb, await cloud.table());
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const conflict = { name: 'Conflict' };
const at = (minute: number) => ({ timestamp: `2025-12-04T12:${minute}:00+05:30` });
const answersOn = (date: string, version = CHALLENGER) => store.answersOfDay('NSE', 'tb15', version, date);

describe('ShadowStore on DynamoDB: challengers', () => {
  const first = aChallenger();
  const stopped = aChallenger({ stopped_at: '2025-12-04T06:00:00.000Z', operator: 'ravi', revision: 2 });

  it('knows the last one and every change, per exchange and target', async () => {
    expect(await store.challenger('NSE', 'tb15')).toBeUndefined();
    const again = aChallenger({ version: 'v2', revision: 3 });
    for (const change of [first, stopped, again]) await store.change(change);
    await store.change(aChallenger({ exchange: 'BSE' }));
    expect(await store.challenger('NSE', 'tb15')).toEqual(again);
    expect(await store.changes('NSE', 'tb15')).toEqual([first, stopped, again]);
    expect(await store.changes('BSE', 'tb15')).toHaveLength(1);
    expect(await store.challenger('NSE', 'dir5')).toBeUndefined();
  });

  it('lets one of two operators win, and nothing of the other happen', async () => {
    const both = ['asha', 'ravi'].map((operator) => aChallenger({ operator }));
    const done = await Promise.allSettled(both.map((one) => store.change(one)));
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = both[done.findIndex(({ status }) => status === 'fulfilled')];
    expect(await store.changes('NSE', 'tb15')).toEqual([winner]);
    await expect(store.change(first)).rejects.toMatchObject(conflict);
    await expect(store.change(aChallenger({ revision: 3 }))).rejects.toMatchObject(conflict);
  });
});

describe('ShadowStore on DynamoDB: answers and sessions', () => {
  it('keeps the first answer beside a live one, bit for bit', async () => {
    const answer = aShadowAnswer('BUY', at(35));
    expect(await store.addAnswer(answer)).toBe(true);
    expect(await store.addAnswer({ ...answer, action: 'SELL' })).toBe(false);
    expect(await answersOn(DATE)).toEqual([{ answer, outcome: null }]);
  });

  it('has the answers of a day by time, per challenger, with their outcomes', async () => {
    const [late, early] = [aShadowAnswer('BUY', at(40)), aShadowAnswer(null, at(35), { fault: 'threw' })];
    const others = [
      aShadowAnswer('BUY', { timestamp: '2025-12-04T19:00:00Z' }),
      aShadowAnswer('BUY', { ...at(35), exchange: 'BSE' }),
      aShadowAnswer('BUY', at(35), { version: 'v2' }),
    ];
    for (const answer of [late, early, ...others]) await store.addAnswer(answer);
    const { outcome } = aResolvedShadow(late, 0.1 + 0.2, 1);
    for (const _ of ['once', 'again']) await store.resolve(late, outcome!);
    expect(await answersOn(DATE)).toEqual([
      { answer: early, outcome: null },
      { answer: late, outcome },
    ]);
    expect(await answersOn('2025-12-05')).toEqual([{ answer: others[0], outcome: null }]);
    expect(await answersOn(DATE, 'v2')).toHaveLength(1);
  });

  it('has the sessions of a challenger by date, one for each live version', async () => {
    const [first, second] = [aShadowSession('2025-12-03', 0.1 + 0.2), aShadowSession(DATE, -1)];
    const switched = aShadowSession(DATE, 2, { live_version: 'b' });
    for (const session of [switched, second, first, first]) await store.putSession(session);
    await store.putSession(aShadowSession(DATE, 3, { version: 'v2' }));
    expect(await store.sessions('NSE', 'tb15', CHALLENGER)).toEqual([first, second, switched]);
    expect(await store.sessions('BSE', 'tb15', CHALLENGER)).toEqual([]);
  });
});
