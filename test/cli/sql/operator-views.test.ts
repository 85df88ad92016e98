import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANY_DAY } from '../../../cli/sql/lake-sessions.ts';
import { loadRecords, type RecordSources } from '../../../cli/sql/load-records.ts';
import { duckdbDatabase } from '../../../shared/adapters/duckdb/sql-database.ts';
import { archiveKey } from '../../../shared/domain/audit/archive.ts';
import { busLine } from '../../../shared/domain/audit/bus-entry.ts';
import { type AuditEntry, logEntries } from '../../../shared/domain/audit/log-entry.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import { aRecommendation } from '../../factories/recommendation.ts';

const DATE = '2025-12-04';
const { id } = aRecommendation();
const feedback = (day: string, label: number) => ({
  ...{ recommendation_id: id, label, note: label < 0 ? 'fell on the news' : null },
  ...{ by: 'operator/asha', recorded_at: `${day}T08:00:00.000Z` },
});
const order = (scope: string) => ({
  ...{ action: 'halt', scope, operator: 'asha', reason: 'news', caller: null, revision: 1 },
  at: `${DATE}T05:00:00.000Z`,
});

let objects: Map<string, Uint8Array>;
let folder: string;
let sources: RecordSources;
beforeEach(async () => {
  objects = new Map();
  folder = mkdtempSync(join(tmpdir(), 'oi-sql-'));
  sources = {
    bucket: {
      list: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
      get: async (key: string) => objects.get(key) as Uint8Array,
    } as unknown as ObjectStore,
    recommendations: {} as RecommendationStore,
    database: await duckdbDatabase(),
    cache: folder,
    today: async () => DATE,
    calendarFrom: '2025-12-01',
    looked: () => undefined,
  };
});
afterEach(() => {
  sources.database.close();
  rmSync(folder, { recursive: true });
});

function archive(index: number, kind: AuditEntry['kind'], record: Record<string, unknown>): void {
  const [entry] = logEntries(index, [{ kind, record }]);
  objects.set(archiveKey(entry!), new TextEncoder().encode(`${busLine(entry!)}\n`));
}

const scope = { ...ANY_DAY, exchanges: ['NSE'] as const, sessions: [DATE] };
const rows = async (sql: string) => (await sources.database.query(sql)).rows;

describe('what operators said', () => {
  it('is there with its place in the log, of the days asked for', async () => {
    archive(3, 'feedback', feedback(DATE, -1));
    archive(70, 'feedback', feedback('2025-12-03', 1));
    archive(140, 'feedback', feedback('2025-11-28', 0));
    expect(await loadRecords(sources, scope, 'feedback')).toBe(2);
    const asked = 'SELECT log_index, recommendation_id, label, note, "by" FROM feedback ORDER BY 1';
    expect(await rows(asked)).toEqual([
      [3, id, -1, 'fell on the news', 'operator/asha'],
      [70, id, 1, null, 'operator/asha'],
    ]);
  });

  it('has the orders of all and of any exchange, whichever exchanges are asked for', async () => {
    archive(5, 'control', order('all'));
    archive(80, 'control', order('BSE'));
    expect(await loadRecords(sources, scope, 'controls')).toBe(2);
    expect(
      await rows('SELECT log_index, action, scope, operator, revision FROM controls ORDER BY 1'),
    ).toEqual([
      [5, 'halt', 'all', 'asha', 1],
      [80, 'halt', 'BSE', 'asha', 1],
    ]);
    expect(await rows('SELECT leaf_hash FROM controls WHERE leaf_hash IS NULL')).toEqual([]);
  });
});
