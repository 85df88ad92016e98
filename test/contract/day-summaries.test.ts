import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import type { DaySummary } from '../../shared/domain/features/day-summary.ts';
import type { DaySummaries } from '../../shared/ports/day-summaries.ts';
import { aDaySummary } from '../factories/rows.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { memoryDaySummaries } from './memory-ports.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const ADAPTERS: [string, () => Promise<DaySummaries>][] = [
  ['DynamoDB', async () => dynamoDaySummaries(cloud.dynamodb, await cloud.table())],
  ['memory', async () => memoryDaySummaries()],
];

describe.each(ADAPTERS)('DaySummaries on %s', (_, open) => {
  let summaries: DaySummaries;
  beforeEach(async () => {
    summaries = await open();
  });
  const datesOf = (days: readonly DaySummary[]) => days.map(({ date }) => date);

  it('gives a summary back as it was, to the last bit', async () => {
    const summary = aDaySummary('2025-12-03', { closeAtmIv: null, dailyVolatility: 0.1 + 0.2 });
    expect(await summaries.add('NSE', summary)).toBe(true);
    expect(await summaries.between('NSE', '2025-12-03', '2025-12-03')).toEqual([summary]);
  });

  it('keeps the first of a session, also of racing writers', async () => {
    const rivals = [1, 2, 3].map((closeUnderlying) => aDaySummary('2025-12-03', { closeUnderlying }));
    const kept = await Promise.all(rivals.map((rival) => summaries.add('NSE', rival)));
    expect(kept.filter(Boolean)).toHaveLength(1);
    const found = await summaries.between('NSE', '2025-12-01', '2025-12-31');
    expect(found).toEqual([rivals[kept.indexOf(true)]]);
  });

  it('lists an exchange’s sessions oldest first, both bounds included', async () => {
    for (const date of ['2025-12-04', '2025-12-01', '2025-12-03', '2025-12-02']) {
      await summaries.add('NSE', aDaySummary(date));
    }
    await summaries.add('NSE_MONTHLY', aDaySummary('2025-12-02'));
    const between = async (from: string, to: string) => datesOf(await summaries.between('NSE', from, to));
    expect(await between('2025-12-02', '2025-12-03')).toEqual(['2025-12-02', '2025-12-03']);
    expect(await between('2024-01-01', '2025-12-31')).toHaveLength(4);
    expect(await between('2025-12-05', '2025-12-31')).toEqual([]);
    expect(await between('2025-12-05', '2025-12-04')).toEqual([]);
  });

  it('fixes the days of a session once, for everybody who asks', async () => {
    expect(await summaries.fixed('NSE', '2025-12-04')).toBeUndefined();
    expect(await summaries.fix('NSE', '2025-12-04', ['2025-12-02'])).toEqual(['2025-12-02']);
    expect(await summaries.fix('NSE', '2025-12-04', ['2025-12-02', '2025-12-03'])).toEqual(['2025-12-02']);
    expect(await summaries.fixed('NSE', '2025-12-04')).toEqual(['2025-12-02']);
    expect(await summaries.fixed('BSE', '2025-12-04')).toBeUndefined();
    expect(await summaries.fix('BSE', '2025-12-04', [])).toEqual([]);
    expect(await summaries.fixed('BSE', '2025-12-04')).toEqual([]);
  });
});
