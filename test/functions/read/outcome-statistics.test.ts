import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { dayTally } from '../../../shared/domain/outcomes/day-tally.ts';
import { outcomesAnswerSchema } from '../../../shared/domain/outcomes/statistics.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aFollowedOutcome, aTradeMark } from '../../factories/outcome.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
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

async function session(exchange: Exchange, date: string, correct: boolean): Promise<void> {
  const recommendation = aRecommendation({ exchange, timestamp: `${date}T12:35:00+05:30` });
  const outcome = aFollowedOutcome(recommendation, { correct });
  await bench.tallies.put(dayTally(exchange, date, [outcome], [aTradeMark({ exchange })]));
}

describe('GET /v1/outcomes', () => {
  it('counts the last sessions there are, whatever days lie between them', async () => {
    for (const back of [0, 3, 10, 30]) await session('NSE', addDays(TODAY, -back), back < 5);
    await session('BSE', TODAY, false);
    const answer = await bench.get('/v1/outcomes', { days: '2' });
    expect(outcomesAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ by: 'exchange', sessions: 2, from: '2025-12-01', to: TODAY });
    expect(answer.groups).toMatchObject([
      { key: 'BSE', judged: 1, correct: 0 },
      { key: 'NSE', judged: 2, correct: 2 },
    ]);
    expect(answer.total).toMatchObject({ judged: 3, correct: 2, trades: 3, pnl_rupees: 4500 });
    expect(await bench.get('/v1/outcomes')).toMatchObject({ sessions: 4, total: { judged: 5, correct: 2 } });
  });

  it('goes back to the last sessions there are, after a pause of months', async () => {
    for (const back of [300, 301, 302]) await session('NSE', addDays(TODAY, -back), true);
    const found = { sessions: 2, from: addDays(TODAY, -301), to: addDays(TODAY, -300) };
    expect(await bench.get('/v1/outcomes', { days: '2' })).toMatchObject(found);
    expect(await bench.get('/v1/outcomes', { from: addDays(TODAY, -20) })).toMatchObject({ sessions: 0 });
  });

  it('takes an exchange, a window and what to group by', async () => {
    for (const back of [0, 3, 10]) await session('NSE', addDays(TODAY, -back), true);
    const window = { exchange: 'NSE', from: '2025-11-20', to: '2025-12-01', by: 'model' };
    expect(await bench.get('/v1/outcomes', window)).toMatchObject({
      ...{ exchange: 'NSE', from: '2025-11-24', to: '2025-12-01', sessions: 2 },
      groups: [{ key: '2025-12-03-aaaaaaaa', answers: 2 }],
    });
    expect(await bench.get('/v1/outcomes', { exchange: 'BSE' })).toMatchObject({
      from: null,
      sessions: 0,
      groups: [],
    });
  });

  it.each([
    [{ by: 'colour' }, 'by'],
    [{ days: '0' }, 'days'],
    [{ from: '2025-12-05', to: TODAY }, 'from'],
    [{ from: '2020-01-01' }, 'from'],
    [{ to: 'today' }, 'to'],
  ])('refuses %j naming %s', async (given, field) => {
    await expect(bench.get('/v1/outcomes', given)).rejects.toMatchObject({ name: 'RejectedInput', field });
  });
});
