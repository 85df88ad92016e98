import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../shared/domain/evaluation/verdict.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { FOLD_DAYS, HELD_OUT_DAYS, openBench } from './judging-bench.ts';

const DAYS = [...FOLD_DAYS, ...HELD_OUT_DAYS];

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

/** The verdict on one candidate, where these days of the traded chain were recorded. */
async function judgedOn(recorded: readonly string[], skill = 0.9, target = 'tb15'): Promise<Verdict> {
  const bench = await openBench(cloud, recorded);
  const { version } = await bench.candidate({ skill, target });
  await bench.judge({ exchange: 'NSE', version, target });
  return bench.verdict(version, target);
}

describe('the trade that a candidate is judged by', () => {
  it('is the default policy on recorded option prices, and the underlying beside it', async () => {
    const { rests_on, options, candidate } = await judgedOn(DAYS);
    expect(rests_on).toBe('options');
    expect(options).toMatchObject({
      ...{ policy: 'tracker-v2', sizing: 'one_lot', horizon_minutes: null },
      contract: { chain: 'NSE_MONTHLY' },
      ...{ recorded: DAYS.length, not_recorded: [] },
    });
    expect(options?.terms.map(({ from, units }) => [from, units])).toEqual([[DAYS[0], 75]]);
    const { trading, trades } = candidate;
    expect(trades).toBe(trading.options?.trades);
    expect(trading.options?.skipped).not.toHaveProperty('no_contract');
    expect(trading.underlying?.trades).toBeGreaterThan(0);
    for (const one of [trading.options, trading.underlying]) {
      const skipped = Object.values(one?.skipped ?? {}).reduce((sum, count) => sum + count, 0);
      expect((one?.trades ?? 0) + skipped).toBe(one?.signals);
    }
  });

  it('finds no contract on days that were not recorded, and the days count', async () => {
    const all = await judgedOn(DAYS);
    const some = await judgedOn(FOLD_DAYS);
    expect(some.options).toMatchObject({ recorded: FOLD_DAYS.length, not_recorded: HELD_OUT_DAYS });
    expect(some.options?.quotes_hash).not.toBe(all.options?.quotes_hash);
    expect(some.candidate.out_of_sample_sessions).toEqual(DAYS);
    expect(some.candidate.trades).toBeLessThan(all.candidate.trades);
    expect(some.candidate.trading.options?.skipped['no_contract']).toBeGreaterThan(0);
    expect(some.candidate.trading.underlying).toEqual(all.candidate.trading.underlying);
  });

  it('refuses for want of evidence where the traded chain was never recorded', async () => {
    const none = await judgedOn([]);
    expect(none.options).toMatchObject({ recorded: 0, not_recorded: DAYS, quotes_hash: null, terms: [] });
    expect(none.candidate).toMatchObject({ trades: 0, total_return: 0 });
    expect(none.pass).toBe(false);
    expect(none.failed).toContain('enough-evidence');
  });

  it('holds positions of a research target as long as its labels look ahead', async () => {
    const { options, execution } = await judgedOn(DAYS, 0.9, 'dir5');
    expect(options).toMatchObject({ horizon_minutes: 5, target_rupees: 25 });
    expect(execution.horizon_minutes).toBe(5);
  });
});
