import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lakeScope, type ScopeOptions } from '../../../cli/sql/lake-sessions.ts';
import { loadView, type ViewSources } from '../../../cli/sql/lake-views.ts';
import { OUTCOME_COLUMNS, RECOMMENDATION_COLUMNS, TRADE_COLUMNS } from '../../../cli/sql/record-tables.ts';
import { VIEWS, type View } from '../../../cli/sql/view-names.ts';
import { LABEL_JOIN } from '../../../docs/data-dictionary.ts';
import { duckdbDatabase } from '../../../shared/adapters/duckdb/sql-database.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { archiveKey } from '../../../shared/domain/audit/archive.ts';
import { busLine } from '../../../shared/domain/audit/bus-entry.ts';
import { logEntries } from '../../../shared/domain/audit/log-entry.ts';
import { type StoredTrade, tradeSchema } from '../../../shared/domain/audit/trade.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureTable } from '../../../shared/domain/features/feature-table.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { labelTable } from '../../../shared/domain/labels/label-table.ts';
import { rawTable } from '../../../shared/domain/lake/chain-rows.ts';
import { featuresKey, labelsKey, rawKey } from '../../../shared/domain/lake/paths.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { outcomeSchema } from '../../../shared/domain/outcomes/outcome.ts';
import { type Recommendation, recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';
import { aDayFileRow } from '../../factories/registry.ts';
import { aFeatureRow, aLabelRow } from '../../factories/rows.ts';
import { aSession } from '../../factories/session.ts';
import { openPorts, type Ports, stagesOf } from '../../functions/pipeline.ts';

const DATE = '2025-12-04';
let cloud: EmbeddedCloud;
let ports: Ports;
let sources: ViewSources;
let folder: string;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
  folder = mkdtempSync(join(tmpdir(), 'oi-sql-'));
  sources = {
    ...ports,
    recommendations: dynamoRecommendationStore(cloud.dynamodb, await cloud.table()),
    database: await duckdbDatabase(),
    cache: folder,
    fetched: () => undefined,
    today: async () => DATE,
    calendarFrom: '2025-11-01',
    looked: () => undefined,
  };
});
afterEach(() => {
  sources.database.close();
  rmSync(folder, { recursive: true });
});
afterAll(() => cloud.stop());

/** Puts a record into the archive, alone in its object. */
async function archive(index: number, record: Recommendation | StoredTrade): Promise<void> {
  const kind = 'trade_id' in record ? 'trade' : 'recommendation';
  const [entry] = logEntries(index, [{ kind, record: { ...record } }]);
  const key = archiveKey(entry!).replace(/\d+\.jsonl$/, `${index}.jsonl`);
  await sources.bucket.put(key, `${busLine(entry!)}\n`);
}

const rows = async (sql: string) => (await sources.database.query(sql)).rows;
const loadIn = async (days: Pick<ScopeOptions, 'from' | 'to'>, ...views: readonly View[]) => {
  const scope = await lakeScope(sources, { exchanges: ['NSE', 'BSE'], ...days });
  const counts: number[] = [];
  for (const view of views) counts.push(await loadView(sources, scope, view));
  return counts;
};
const load = (...views: readonly View[]) => loadIn({}, ...views);
const ids = (snapshots: readonly StoredSnapshot[]) => snapshots.map(({ snapshot_id }) => snapshot_id);

/** Registers a table as the day's file of a set. */
async function register(kind: 'features' | 'labels', set: string, table: ReturnType<typeof labelTable>) {
  const keyOf = (sha256: string) => (kind === 'features' ? featuresKey : labelsKey)(set, 'NSE', DATE, sha256);
  const { path, sha256 } = await ports.lake.write(table, keyOf);
  const row = aDayFileRow({ kind, set, date: DATE, rows: table.rows, path, sha256, batch_ids: [] });
  await ports.registry.switchDayFile(row);
}

describe('the views of the lake', () => {
  it('show every snapshot exactly once in chain and raw, before, between and after compactions', async () => {
    const session = aSession({ minutes: 6 });
    const shown =
      'SELECT snapshot_id FROM (FROM chain UNION ALL BY NAME FROM raw) GROUP BY snapshot_id, timestamp ORDER BY timestamp';
    const legs = 'SELECT count(*) FROM (SELECT snapshot_id FROM chain UNION ALL SELECT snapshot_id FROM raw)';
    let written = 0;
    for (const upTo of [3, 4, 6]) {
      await stagesOf(ports).write(session.slice(written, upTo));
      written = upTo;
      for (const isCompacted of [false, true]) {
        if (isCompacted) await stagesOf(ports).compact('NSE', DATE);
        await load('raw');
        expect((await rows(shown)).flat()).toEqual(ids(session.slice(0, upTo)));
        const expected = session.slice(0, upTo).flatMap((snapshot) => snapshot.legs).length;
        expect(await rows(legs)).toEqual([[expected]]);
      }
    }
  });

  it('do not show a file that the registry does not name, nor what another exchange has', async () => {
    const [first, second] = aSession({ minutes: 2 }) as [StoredSnapshot, StoredSnapshot];
    await stagesOf(ports).write([first]);
    await ports.lake.write(rawTable([second]), (sha256) => rawKey('NSE', DATE, `20251204T034600Z-${sha256}`));
    await stagesOf(ports).write([{ ...second, exchange: 'NSE_MONTHLY' }]);
    expect(await load('raw')).toEqual([1]);
    expect(await rows('SELECT DISTINCT snapshot_id, exchange, date FROM raw')).toEqual([
      [first.snapshot_id, 'NSE', DATE],
    ]);
  });

  it('look again when a compaction removed what was about to be fetched', async () => {
    const session = aSession({ minutes: 3 });
    await stagesOf(ports).write(session);
    const get = ports.bucket.get;
    let overtaken = 0;
    sources = {
      ...sources,
      bucket: {
        ...ports.bucket,
        async get(key) {
          if (key.startsWith('raw/') && overtaken++ === 0) await stagesOf(ports).compact('NSE', DATE);
          return get(key);
        },
      },
    };
    expect(await load('raw')).toEqual([0]);
    expect(overtaken).toBe(1);
    expect(await rows('SELECT count(DISTINCT snapshot_id) FROM chain')).toEqual([[3]]);
    expect(await rows('SELECT * FROM raw')).toEqual([]);
  });

  it('have one view a set, and all sets by the names of their columns', async () => {
    await stagesOf(ports).write(aSession({ minutes: 1 }));
    const row = (minute: number, set: string) => aFeatureRow(minute, [minute, 7], { feature_set: set });
    await register('features', 'one-v1', featureTable([row(0, 'one-v1')], ['a', 'b']));
    await register('features', 'two-v1', featureTable([row(1, 'two-v1')], ['b', 'c']));
    await register('labels', 'old-v1', labelTable([aLabelRow(0)]));
    expect(await load('features', 'labels')).toEqual([2, 1]);
    expect(await rows('SELECT feature_set, a, b, c, exchange, date FROM features ORDER BY 1')).toEqual([
      ['one-v1', 0, 7, null, 'NSE', DATE],
      ['two-v1', null, 1, 7, 'NSE', DATE],
    ]);
    expect(await rows('SELECT b, c FROM features_two_v1')).toEqual([[1, 7]]);
    expect(await rows('SELECT label_set, exchange FROM labels_old_v1')).toEqual([['old-v1', 'NSE']]);
    expect(await rows('SELECT count(*) FROM labels')).toEqual([[1]]);
  });

  it('join labels to every set by exchange and timestamp, as the documents show', async () => {
    const both = { ...ports, lakeSets: [TRACKER_V2, CHAIN_V3] };
    await stagesOf(both).write(aSession({ minutes: 80 }));
    for (const stage of ['compact', 'feature', 'label'] as const) await stagesOf(both)[stage]('NSE', DATE);
    await load('features', 'labels');
    for (const set of ['tracker_v2', 'chain_v3']) {
      const [[features]] = (await rows(`SELECT count(*) FROM features_${set}`)) as [[number]];
      const joined = `FROM features_${set} JOIN labels USING (exchange, timestamp)`;
      expect(features).toBeGreaterThan(0);
      expect(await rows(`SELECT count(*), count(DISTINCT timestamp) ${joined}`)).toEqual([
        [features, features],
      ]);
    }
    expect(await rows('SELECT count(*) FROM features_chain_v3 JOIN labels USING (uid)')).toEqual([[0]]);
    const shown = await rows(LABEL_JOIN);
    expect(shown.length).toBeGreaterThan(1);
    expect(shown[0]).toEqual(['NSE', expect.any(Number), expect.any(Number), expect.any(Number)]);
    const words = (text: string) => text.replace(/\s+/g, ' ');
    expect(words(readFileSync('README.md', 'utf8'))).toContain(`./oi sql "${words(LABEL_JOIN)}"`);
  });

  it('have recommendations and outcomes with every field of the records', async () => {
    await stagesOf(ports).write(aSession({ minutes: 1 }));
    const one = aRecommendation();
    await sources.recommendations.add(one);
    expect(await load('recommendations', 'outcomes')).toEqual([1, 0]);
    expect(
      await rows('SELECT id, action, probabilities.buy, timestamp, risk_flags FROM recommendations'),
    ).toEqual([[one.id, 'BUY', 0.6, '2025-12-04 07:05:00+00', []]]);
    expect(Object.keys(RECOMMENDATION_COLUMNS)).toEqual(Object.keys(recommendationSchema.shape));
    expect(Object.keys(TRADE_COLUMNS)).toEqual(expect.arrayContaining(Object.keys(tradeSchema.shape)));
    expect(Object.keys(OUTCOME_COLUMNS)).toEqual(Object.keys(outcomeSchema.shape));
  });

  it('have the records of days without snapshots, up to the environment today and as asked', async () => {
    await stagesOf(ports).write(aSession({ minutes: 1 }));
    const dates = ['2025-11-20', '2025-12-04', '2025-12-06', '2025-12-09', '2025-12-10'];
    for (const [index, date] of dates.entries()) {
      await archive(index, aRecommendation({ timestamp: `${date}T12:35:00+05:30` }));
    }
    const asked: string[] = [];
    const { outcomesOfDay } = sources.recommendations;
    sources = {
      ...sources,
      today: async () => '2025-12-09',
      recommendations: {
        ...sources.recommendations,
        outcomesOfDay(exchange, date) {
          if (exchange === 'BSE') asked.push(date);
          return outcomesOfDay(exchange, date);
        },
      },
    };
    const shown = async () =>
      (await rows("SELECT strftime(timestamp, '%Y-%m-%d') FROM recommendations ORDER BY 1")).flat();
    await load('recommendations', 'outcomes');
    expect(await shown()).toEqual(['2025-12-04', '2025-12-06', '2025-12-09']);
    expect(asked.sort()).toEqual([4, 5, 6, 7, 8, 9].map((day) => `2025-12-0${day}`));
    await loadIn({ from: '2025-11-15' }, 'recommendations');
    expect(await shown()).toEqual(['2025-11-20', '2025-12-04', '2025-12-06', '2025-12-09']);
    await loadIn({ from: '2025-12-06', to: '2025-12-06' }, 'recommendations');
    expect(await shown()).toEqual(['2025-12-06']);
    await loadIn({ from: '2025-12-10', to: '2025-12-31' }, 'recommendations');
    expect(await shown()).toEqual(['2025-12-10']);
    await loadIn({ to: '2025-11-30' }, 'recommendations');
    expect(await shown()).toEqual(['2025-11-20']);
  });

  it('have recommendations from the archive with their places, and from the table what is not in it yet', async () => {
    const [archived, ...fresh] = [35, 36, 37].map((minute) =>
      aRecommendation({ timestamp: `${DATE}T12:${minute}:00+05:30` }),
    ) as [Recommendation, Recommendation, Recommendation];
    await archive(7, archived);
    for (const one of [archived, ...fresh]) await sources.recommendations.add(one);
    await archive(8, aRecommendation({ exchange: 'NSE_MONTHLY' }));
    expect(await load('recommendations')).toEqual([3]);
    expect(await rows('SELECT id, log_index, leaf_hash FROM recommendations ORDER BY id')).toEqual([
      [archived.id, 7, archived.leaf_hash],
      ...fresh.map(({ id, leaf_hash }) => [id, null, leaf_hash]),
    ]);
  });

  it('have the trades of the archive, also those that do not say their exchange', async () => {
    await stagesOf(ports).write(aSession({ minutes: 1 }));
    const answer = aRecommendation();
    await archive(3, aTrade(answer));
    await archive(4, aTrade(answer, { status: 'closed', exchange: null, price: 141.5, pnl: 650 }));
    await archive(5, aTrade(answer, { exchange: 'BANKNIFTY_MONTHLY' }));
    expect(await load('trades')).toEqual([2]);
    expect(await rows('SELECT log_index, status, recommendation_id, pnl FROM trades ORDER BY 1')).toEqual([
      [3, 'executed', answer.id, null],
      [4, 'closed', answer.id, 650],
    ]);
  });

  it('have the records of an empty lake', async () => {
    await sources.recommendations.add(aRecommendation());
    expect(await load('recommendations')).toEqual([1]);
  });

  it('are all there, with their columns, when the lake is empty', async () => {
    expect(await load(...VIEWS)).toEqual(VIEWS.map(() => 0));
    for (const view of VIEWS) expect(await rows(`SELECT * FROM ${view}`)).toEqual([]);
    expect(await rows('SELECT date, revised, strike FROM chain')).toEqual([]);
    expect(await rows('SELECT pcr_total_oi, feature_set, date FROM features')).toEqual([]);
    expect(await rows('SELECT return_15, label_set, date FROM labels')).toEqual([]);
  });
});

describe('lakeScope', () => {
  const day = async (date: string) => {
    await stagesOf(ports).write(aSession({ date, minutes: 1 }));
  };

  it('takes the newest 30 sessions, compacted or not, and others when days are named', async () => {
    const dates = Array.from(
      { length: 32 },
      (_, at) => `2025-${at < 31 ? '10' : '11'}-${String((at % 31) + 1).padStart(2, '0')}`,
    );
    for (const date of dates) await day(date);
    await stagesOf(ports).compact('NSE', '2025-11-01');
    const newest = await lakeScope(sources, { exchanges: ['NSE'] });
    expect(newest).toMatchObject({ from: '2025-10-03', sessions: dates.slice(2) });
    const named = await lakeScope(sources, { exchanges: ['NSE'], from: '2025-10-01', to: '2025-10-02' });
    expect(named).toMatchObject({ from: '2025-10-01', to: '2025-10-02', sessions: dates.slice(0, 2) });
    expect((await lakeScope(sources, { exchanges: ['BSE'] })).sessions).toEqual([]);
  });

  it('refuses days that run backwards, and says how to name them', async () => {
    const days = { from: '2025-10-02', to: '2025-10-01' };
    await expect(lakeScope(sources, { exchanges: ['NSE'], ...days })).rejects.toMatchObject({
      name: 'RejectedInput',
      message: '--from: expected a day up to --to 2025-10-01, was 2025-10-02; swap them',
    });
  });
});
