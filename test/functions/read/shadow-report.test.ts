import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shadowAnswerListSchema, shadowReport } from '../../../functions/read/shadow-report.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoShadowStore } from '../../../shared/adapters/dynamodb/shadow-store.ts';
import { shadowPolicy } from '../../../shared/config/shadow.ts';
import { shadowVerdict } from '../../../shared/domain/outcomes/shadow-verdict.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aHistoryRow, aLivePointer } from '../../factories/registry.ts';
import { aChallenger, aShadowSession, LIVE } from '../../factories/shadow.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

async function openBench() {
  const shadows = dynamoShadowStore(cloud.dynamodb, await cloud.table());
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const report = shadowReport({ shadows, models, shadowPolicy: shadowPolicy() });
  return {
    shadows,
    async nse() {
      const answer = await report({ exchange: 'NSE', target: 'tb15' });
      expect(shadowAnswerListSchema.parse(answer)).toEqual(answer);
      return answer.shadows[0]!;
    },
    all: () => report({ target: 'tb15' }),
    goLive: (version: string) =>
      models.apply({ versions: [], pointer: aLivePointer({ version }), history: aHistoryRow() }),
  };
}

describe('GET /v1/shadow', () => {
  it('has every exchange, with nothing where no challenger was ever set', async () => {
    const { shadows } = await bench.all();
    expect(shadows.map(({ exchange }) => exchange)).toEqual([
      'NSE',
      'BSE',
      'NSE_MONTHLY',
      'BANKNIFTY_MONTHLY',
    ]);
    expect(shadows[0]).toMatchObject({ challenger: null, live_version: null, verdict: null, changes: [] });
  });

  it('judges the challenger by its sessions beside the version that is live now', async () => {
    const beside = [aShadowSession('2025-12-03', 1), aShadowSession('2025-12-04', -2)];
    const others = [
      aShadowSession('2025-12-02', 5, { live_version: 'before' }),
      aShadowSession('2025-12-02', 5, { version: 'another' }),
    ];
    await bench.shadows.change(aChallenger());
    for (const session of [...others, ...beside]) await bench.shadows.putSession(session);
    expect((await bench.nse()).verdict).toBeNull();
    await bench.goLive(LIVE);
    expect(await bench.nse()).toMatchObject({
      ...{ challenger: aChallenger(), live_version: LIVE, changes: [aChallenger()] },
      verdict: shadowVerdict(beside, shadowPolicy()),
    });
  });

  it('keeps the evidence of a challenger that was stopped', async () => {
    const stopped = aChallenger({ stopped_at: '2025-12-04T10:00:00.000Z', revision: 2 });
    for (const change of [aChallenger(), stopped]) await bench.shadows.change(change);
    await bench.shadows.putSession(aShadowSession('2025-12-04', 1));
    await bench.goLive(LIVE);
    const { challenger, changes, verdict } = await bench.nse();
    expect(challenger).toEqual(stopped);
    expect(changes).toHaveLength(2);
    expect(verdict).toMatchObject({ sessions: 1, mean_difference_bps: 1, in_words: 'no decision yet' });
  });
});
