import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDaySummaries } from '../../../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoOnlineWindow } from '../../../../shared/adapters/dynamodb/online-window.ts';
import { liveInputs } from '../../../../shared/adapters/online/live-inputs.ts';
import { CHAIN_V3 } from '../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import type { DaySummaries } from '../../../../shared/ports/day-summaries.ts';
import type { OnlineWindow } from '../../../../shared/ports/online-window.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../contract/embedded-cloud.ts';
import { aDaySummary } from '../../../factories/rows.ts';
import { aSession } from '../../../factories/session.ts';

let cloud: EmbeddedCloud;
let window: OnlineWindow;
let summaries: DaySummaries;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  const table = await cloud.table();
  window = dynamoOnlineWindow(cloud.dynamodb, table);
  summaries = dynamoDaySummaries(cloud.dynamodb, table);
});
afterAll(() => cloud.stop());

const date = '2025-12-04';
const SESSION = aSession({ minutes: 90 });
const [NOW] = SESSION.slice(-1) as [StoredSnapshot];
const live = { exchange: 'NSE', date, snapshots: [NOW] } as const;
const put = async (snapshots: readonly StoredSnapshot[]) => {
  for (const snapshot of snapshots) await window.putMinute(snapshot, 4e12);
};
const inputs = () => liveInputs({ window, summaries });
const bse = (snapshot: StoredSnapshot): StoredSnapshot => ({ ...snapshot, exchange: 'BSE' });

describe('minutes', () => {
  it('are as many as the widest set looks back on, with the snapshot’s own', async () => {
    await put(SESSION);
    expect(await inputs().minutes(live, [TRACKER_V2])).toEqual(SESSION.slice(-42));
    expect(await inputs().minutes(live, [TRACKER_V2, CHAIN_V3])).toEqual(SESSION.slice(-62));
  });

  it('reach back to the open where minutes are lost or came late', async () => {
    await put(SESSION.filter((_, at) => at % 10 !== 0));
    expect((await inputs().minutes(live, [TRACKER_V2]))[0]).toEqual(SESSION[1]);
  });
});

describe('context', () => {
  it('is nothing for a set that needs nothing, and fixes no days', async () => {
    expect(await inputs().context(live, [TRACKER_V2], [])).toEqual({ siblings: {}, priorDays: [] });
    expect(await summaries.fixed('NSE', date)).toBeUndefined();
  });

  it('holds the siblings’ last minutes, with what is being delivered', async () => {
    await put(SESSION.slice(0, 85).map(bse));
    const coming = bse(SESSION[86]!);
    const { siblings } = await inputs().context(live, [TRACKER_V2, CHAIN_V3], [NOW, coming]);
    expect(Object.keys(siblings ?? {}).sort()).toEqual(['BSE', 'NSE_MONTHLY']);
    expect(siblings?.BSE?.snapshots).toEqual([...SESSION.slice(79, 85).map(bse), coming]);
    expect(siblings?.NSE_MONTHLY?.snapshots).toEqual([]);
  });

  it('keeps what a delivery is about to replace', async () => {
    const replaced = bse(SESSION[88]!);
    await put([replaced]);
    const coming = { ...replaced, timestamp: replaced.timestamp.replace(':00.', ':30.'), snapshot_id: 'b' };
    const { siblings } = await inputs().context(live, [CHAIN_V3], [coming]);
    expect(siblings?.BSE?.snapshots).toEqual([replaced, coming]);
  });

  it('fixes the earlier days with the first question, also for other instances', async () => {
    const days = ['2025-12-01', '2025-12-02'].map((day) => aDaySummary(day));
    for (const day of [...days, aDaySummary(date), aDaySummary('2024-01-01')])
      await summaries.add('NSE', day);
    const first = inputs();
    expect((await first.context(live, [CHAIN_V3], [])).priorDays).toEqual(days);
    await summaries.add('NSE', aDaySummary('2025-12-03'));
    expect((await first.context(live, [CHAIN_V3], [])).priorDays).toEqual(days);
    expect((await inputs().context(live, [CHAIN_V3], [])).priorDays).toEqual(days);
  });

  it('takes over what another instance fixed a moment later', async () => {
    await summaries.add('NSE', aDaySummary('2025-12-02'));
    const slow: DaySummaries = {
      ...summaries,
      // Between its look and its turn, another instance saw one day more and was first.
      async fix(exchange, day, earlier) {
        await summaries.add('NSE', aDaySummary('2025-12-03'));
        await summaries.fix(exchange, day, ['2025-12-02', '2025-12-03']);
        return summaries.fix(exchange, day, earlier);
      },
    };
    const { priorDays } = await liveInputs({ window, summaries: slow }).context(live, [CHAIN_V3], []);
    expect(priorDays?.map((day) => day.date)).toEqual(['2025-12-02', '2025-12-03']);
  });

  it('asks again after a failure, and for the next day', async () => {
    let failures = 1;
    const shaky: DaySummaries = {
      ...summaries,
      between: async (...of) => {
        if (failures-- > 0) throw new Error('throttled');
        return summaries.between(...of);
      },
    };
    await summaries.add('NSE', aDaySummary('2025-12-03'));
    const tried = liveInputs({ window, summaries: shaky });
    await expect(tried.context(live, [CHAIN_V3], [])).rejects.toThrow('throttled');
    expect((await tried.context(live, [CHAIN_V3], [])).priorDays).toHaveLength(1);
    await summaries.add('NSE', aDaySummary(date));
    const tomorrow = { ...live, date: '2025-12-05' };
    expect((await tried.context(tomorrow, [CHAIN_V3], [])).priorDays).toHaveLength(2);
  });
});
