import type { DaySummary } from '../../shared/domain/features/day-summary.ts';
import type { BatchRow, DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import { Conflict, NotFound, Temporary } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { DaySummaries } from '../../shared/ports/day-summaries.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { ReplaceObject } from '../../shared/ports/replace-object.ts';

/**
 * Ports in memory, for tests that need thousands of runs. They pass the same contract suites as the real adapters;
 * every call yields once, so that racing callers interleave.
 */
export function memoryBatchRegistry(): BatchRegistry {
  const batches = new Map<string, BatchRow>();
  const seen = new Set<string>();
  const days = new Map<string, DayFileRow>();
  const revisions: DayFileRow[] = [];
  const dayKey = (row: Pick<DayFileRow, 'kind' | 'set' | 'exchange' | 'date'>) =>
    [row.kind, row.set, row.exchange, row.date].join('#');
  const inDay = (row: BatchRow, exchange: string, date: string) =>
    row.exchange === exchange && row.date === date;
  return {
    async seen(exchange, date, ids) {
      await undefined;
      return new Set(ids.filter((id) => seen.has(`${exchange}#${date}#${id}`)));
    },
    async commit(row, ids) {
      await undefined;
      const keys = ids.map((id) => `${row.exchange}#${row.date}#${id}`);
      const batch = `${row.exchange}#${row.date}#${row.batch_id}`;
      if (batches.has(batch) || keys.some((key) => seen.has(key)))
        throw new Conflict(`commit ${row.batch_id}`);
      batches.set(batch, row);
      for (const key of keys) seen.add(key);
    },
    async batches(exchange, date) {
      await undefined;
      const rows = [...batches.values()].filter((row) => inDay(row, exchange, date));
      return rows.sort((a, b) => (a.batch_id < b.batch_id ? -1 : 1));
    },
    async snapshotCount(exchange, date) {
      await undefined;
      return [...seen].filter((key) => key.startsWith(`${exchange}#${date}#`)).length;
    },
    async dayFile(kind, set, exchange, date) {
      await undefined;
      return days.get(dayKey({ kind, set, exchange, date }));
    },
    async dayFiles(kind, set, exchange, from, to) {
      await undefined;
      const rows = [...days.values()].filter(
        (row) => dayKey({ ...row, date: '' }) === dayKey({ kind, set, exchange, date: '' }),
      );
      return rows.filter(({ date }) => from <= date && date <= to).sort((a, b) => (a.date < b.date ? -1 : 1));
    },
    async dayFileRevisions(kind, set, exchange, from, to) {
      await undefined;
      const key = dayKey({ kind, set, exchange, date: '' });
      return revisions
        .filter((row) => dayKey({ ...row, date: '' }) === key && from <= row.date && row.date <= to)
        .sort((a, b) => (a.date === b.date ? a.revision - b.revision : a.date < b.date ? -1 : 1));
    },
    async switchDayFile(row) {
      await undefined;
      if ((days.get(dayKey(row))?.revision ?? 0) !== row.revision - 1)
        throw new Conflict(`switch ${dayKey(row)}`);
      days.set(dayKey(row), row);
      revisions.push(row);
    },
  };
}

export function memoryObjectStore(
  nowMs: () => number = Date.now,
  objects = new Map<string, Uint8Array>(),
): ObjectStore {
  const written = new Map<string, number>();
  const inUtf8Order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return {
    async put(key, content, options = {}) {
      await undefined;
      if (options.ifAbsent && objects.has(key)) return false;
      objects.set(key, Uint8Array.from(Buffer.from(content)));
      written.set(key, nowMs());
      return true;
    },
    async get(key) {
      await undefined;
      const content = objects.get(key);
      if (content === undefined) throw new NotFound(`get object ${key}: not found`);
      return content;
    },
    async list(prefix) {
      await undefined;
      return [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(inUtf8Order);
    },
    async listWithTimes(prefix) {
      const keys = await this.list(prefix);
      return keys.map((key) => ({ key, writtenMs: Math.floor(written.get(key)! / 1000) * 1000 }));
    },
    async remove(keys) {
      await undefined;
      for (const key of keys) objects.delete(key);
    },
  };
}

/** Compare and swap on the objects of a store in memory. */
export function memoryReplaceObject(objects: Map<string, Uint8Array>): ReplaceObject {
  return async (key, next) => {
    for (let attempt = 0; attempt < 6; attempt++) {
      const current = objects.get(key);
      await undefined;
      const content = next(current);
      if (content === undefined) return;
      await undefined;
      if (objects.get(key) !== current) continue;
      objects.set(key, Uint8Array.from(Buffer.from(content)));
      return;
    }
    throw new Temporary(`replace object ${key}: expected it unchanged once, was always somebody faster`);
  };
}

export function memoryDaySummaries(): DaySummaries {
  const summaries = new Map<string, DaySummary>();
  const fixed = new Map<string, readonly string[]>();
  return {
    async add(exchange, summary) {
      await undefined;
      const key = `${exchange}#${summary.date}`;
      if (summaries.has(key)) return false;
      summaries.set(key, summary);
      return true;
    },
    async between(exchange, from, to) {
      await undefined;
      const ofExchange = [...summaries].filter(([key]) => key.startsWith(`${exchange}#`));
      const within = ofExchange
        .map(([, summary]) => summary)
        .filter(({ date }) => from <= date && date <= to);
      return within.sort((a, b) => (a.date < b.date ? -1 : 1));
    },
    async fix(exchange, date, earlier) {
      await undefined;
      const dates = fixed.get(`${exchange}#${date}`) ?? earlier;
      fixed.set(`${exchange}#${date}`, dates);
      return dates;
    },
    async fixed(exchange, date) {
      await undefined;
      return fixed.get(`${exchange}#${date}`);
    },
  };
}
