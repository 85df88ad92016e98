import { beforeEach, describe, expect, it } from 'vitest';
import { type NightRequest, planNight } from '../../../functions/compact/plan-night.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../../shared/ports/batch-registry.ts';
import { memoryBatchRegistry } from '../../contract/memory-ports.ts';
import { aBatchRow } from '../../factories/registry.ts';

let registry: BatchRegistry;
beforeEach(() => {
  registry = memoryBatchRegistry();
});

const THURSDAY = '2025-12-04';
const SATURDAY = '2025-12-06';
const CHRISTMAS = '2025-12-25';
/** 16:00 in India. */
const nowMs = Date.UTC(2025, 11, 4, 10, 30);

const SETS = {
  lakeSets: [TRACKER_V2, CHAIN_V3],
  trainingSet: TRACKER_V2,
  trainingFamily: 'lightgbm' as const,
  trainingTargets: ['tb15'],
};

const has = (exchange: Exchange, date: string) =>
  registry.commit(aBatchRow({ exchange, date }), [`${exchange}-${date}`]);
const plan = (request: NightRequest = {}) =>
  planNight({ registry, rules: exchangesRules(), ...SETS, clock: () => nowMs })(request);

describe('planNight', () => {
  it('takes today in India and every exchange that has data', async () => {
    for (const exchange of ['BSE', 'NSE'] as const) await has(exchange, THURSDAY);
    await has('NSE_MONTHLY', '2025-12-03');
    expect(await plan()).toEqual({
      date: THURSDAY,
      trading_day: true,
      session: true,
      exchanges: ['NSE', 'BSE'],
      train: true,
      feature_set: 'tracker-v2',
      family: 'lightgbm',
      targets: ['tb15'],
    });
  });

  it('takes the date of the schedule, in India, however late it runs', async () => {
    await has('NSE', THURSDAY);
    // 23:30 on Wednesday in London is Thursday morning in India.
    expect(await plan({ scheduled_time: '2025-12-03T23:30:00Z' })).toMatchObject({ date: THURSDAY });
    expect(await plan({ scheduled_time: '2025-12-03T18:29:59Z' })).toMatchObject({ date: '2025-12-03' });
  });

  it.each([
    ['a weekend', SATURDAY],
    ['a holiday', CHRISTMAS],
  ])('is no trading day on %s, even with stray data', async (_, date) => {
    await has('NSE', date);
    expect(await plan({ date })).toEqual({
      date,
      trading_day: false,
      session: false,
      exchanges: [],
      train: true,
      feature_set: 'tracker-v2',
      family: 'lightgbm',
      targets: ['tb15'],
    });
  });

  it('has a session without data when nothing came: somebody must look', async () => {
    expect(await plan({ date: THURSDAY })).toMatchObject({
      trading_day: false,
      session: true,
      exchanges: [],
    });
  });

  it('runs for the exchanges that are named, without training when told so', async () => {
    for (const exchange of ['BSE', 'NSE'] as const) await has(exchange, THURSDAY);
    const night = await plan({ date: THURSDAY, exchanges: ['BSE'], train: false });
    expect(night).toMatchObject({ date: THURSDAY, trading_day: true, exchanges: ['BSE'], train: false });
  });

  it('refuses a named exchange without data, saying what to do', async () => {
    await has('NSE', THURSDAY);
    await expect(plan({ date: THURSDAY, exchanges: ['NSE', 'BSE'] })).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'exchanges',
      message: expect.stringMatching(/BSE on 2025-12-04.*backfill/),
    });
  });

  it('refuses a date that the calendar does not cover, instead of guessing', async () => {
    await expect(plan({ date: '2099-01-01' })).rejects.toMatchObject({ name: 'NotFound', field: 'date' });
  });

  it('trains the family that is asked for, else the one of the policy', async () => {
    await has('NSE', THURSDAY);
    expect(await plan({ family: 'linear' })).toMatchObject({ family: 'linear' });
    expect(await plan()).toMatchObject({ family: 'lightgbm' });
  });

  it('trains for the targets that are asked for, else those of the policy', async () => {
    await has('NSE', THURSDAY);
    expect(await plan({ targets: ['dir5', 'mag15'] })).toMatchObject({ targets: ['dir5', 'mag15'] });
    await expect(plan({ targets: ['dir7'] })).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'target',
      message: 'target: expected one of tb15, tb15s, dir3, dir5, dir30, mag15, was dir7',
    });
  });

  it('learns from the feature set that is asked for, when it is made of every day', async () => {
    await has('NSE', THURSDAY);
    expect(await plan({ feature_set: 'chain-v3' })).toMatchObject({ feature_set: 'chain-v3' });
    await expect(plan({ feature_set: 'tracker-v9' })).rejects.toMatchObject({
      name: 'RejectedInput',
      message:
        'feature_set: expected one of tracker-v2, chain-v3, was tracker-v9; the lake has others once config/features.json names them',
    });
  });
});
