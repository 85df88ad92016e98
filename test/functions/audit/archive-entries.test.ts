import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archiveEntries } from '../../../functions/audit/archive-entries.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../../shared/adapters/s3/replace-object.ts';
import { busLine } from '../../../shared/domain/audit/bus-entry.ts';
import { type AuditEntry, logEntries, type Unlogged } from '../../../shared/domain/audit/log-entry.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { ReplaceObject } from '../../../shared/ports/replace-object.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { memoryObjectStore, memoryReplaceObject } from '../../contract/memory-ports.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';

let cloud: EmbeddedCloud;
let lake: ObjectStore;
let replace: ReplaceObject;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(() => {
  const bucket = cloud.bucket();
  lake = s3ObjectStore(cloud.s3, bucket);
  replace = s3ReplaceObject(cloud.s3, bucket);
});
afterAll(() => cloud.stop());

/** Entries from a place of the log on: answers of two exchanges over two days, every fifth followed by a trade. */
function entriesFrom(first: number, count: number): AuditEntry[] {
  const records = Array.from({ length: count }, (_, at): Unlogged => {
    const minute = first + at;
    const timestamp = new Date(
      Date.UTC(2025, 11, 4, 4) + minute * 60_000 + (minute % 2) * 86_400_000,
    ).toISOString();
    const answer = aRecommendation({ timestamp, exchange: minute % 3 === 0 ? 'BSE' : 'NSE' });
    if (minute % 5 !== 4) return { kind: 'recommendation', record: { ...answer } };
    return { kind: 'trade', record: { ...aTrade(answer, { exchange: null }) } };
  });
  return logEntries(first, records);
}

const messageOf = (entry: AuditEntry, at = 0) => ({
  id: `m${entry.index}-${at}`,
  body: JSON.parse(busLine(entry)),
});

async function textsIn(store: ObjectStore): Promise<Map<string, string>> {
  const keys = await store.list('');
  const texts = await Promise.all(keys.map(async (key) => new TextDecoder().decode(await store.get(key))));
  return new Map(keys.map((key, at) => [key, texts[at]!]));
}

describe('archiveEntries', () => {
  it('keeps each line by kind, exchange, day and place', async () => {
    const faults: Error[] = [];
    const archive = archiveEntries({ replace, onFault: (error) => faults.push(error) });
    const entries = entriesFrom(60, 8);
    expect(await archive(entries.map((entry) => messageOf(entry)))).toEqual([]);
    expect(faults).toEqual([]);
    const texts = await textsIn(lake);
    expect([...texts.keys()]).toEqual([
      'recommendations/exchange=BSE/date=2025-12-04/000000000000.jsonl',
      'recommendations/exchange=BSE/date=2025-12-04/000000000064.jsonl',
      'recommendations/exchange=BSE/date=2025-12-05/000000000000.jsonl',
      'recommendations/exchange=NSE/date=2025-12-04/000000000000.jsonl',
      'recommendations/exchange=NSE/date=2025-12-05/000000000000.jsonl',
      'recommendations/exchange=NSE/date=2025-12-05/000000000064.jsonl',
      'trades/date=2025-12-04/000000000064.jsonl',
    ]);
    expect([...texts.values()].join('').trimEnd().split('\n').sort()).toEqual(entries.map(busLine).sort());
  });

  it('keeps the very bytes that the log holds: a line proves itself', async () => {
    await archiveEntries({ replace, onFault: () => undefined })(
      entriesFrom(0, 5).map((entry) => messageOf(entry)),
    );
    for (const text of (await textsIn(lake)).values()) {
      for (const line of text.trimEnd().split('\n')) {
        const record = line.slice(line.indexOf('"record":') + '"record":'.length, -1);
        const hash = createHash('sha256')
          .update(Buffer.concat([Buffer.of(0), Buffer.from(record)]))
          .digest('hex');
        expect(hash).toBe(JSON.parse(line).leaf_hash);
      }
    }
  });

  it('gives back what is no entry, is not what its hash says, or contradicts what is there, and that alone', async () => {
    const faults: string[] = [];
    const archive = archiveEntries({ replace, onFault: ({ message }) => faults.push(message) });
    const [first, second, third] = entriesFrom(0, 3) as [AuditEntry, AuditEntry, AuditEntry];
    await archive([messageOf(first)]);
    const forged = { ...messageOf(second), body: { ...messageOf(second).body, leaf_hash: first.leaf_hash } };
    // The same place, exchange and day, and another record: no log gives out two.
    const other = { ...third, index: 0, record: { ...entriesFrom(6, 1)[0]!.record } };
    const contradicting = logEntries(0, [{ kind: 'recommendation', record: other.record }])[0]!;
    const failed = await archive([
      { id: 'weather', body: { kind: 'weather' } },
      { id: 'none', body: null },
      forged,
      messageOf(contradicting, 1),
      messageOf(third),
    ]);
    expect(failed).toEqual(['weather', 'none', forged.id, 'm0-1']);
    expect(faults.join('\n')).toMatch(/leaf hash/);
    expect(faults.join('\n')).toMatch(/expected entry 0 to be one record, was two/);
    expect([...(await textsIn(lake)).values()].join('').trimEnd().split('\n').sort()).toEqual(
      [first, third].map(busLine).sort(),
    );
  });

  it('gives back the messages of an object that could not be written, and no others', async () => {
    const failing: ReplaceObject = async (key, next) => {
      if (key.includes('exchange=BSE')) throw new Temporary('replace object: out of reach');
      return replace(key, next);
    };
    const entries = entriesFrom(0, 13);
    const failed = await archiveEntries({ replace: failing, onFault: () => undefined })(
      entries.map((entry) => messageOf(entry)),
    );
    const bse = entries.filter(({ record }) => record['exchange'] === 'BSE');
    expect(failed.toSorted()).toEqual(bse.map((entry) => messageOf(entry).id).toSorted());
    // Two of one day share an object: both come again.
    expect(failed).toEqual(expect.arrayContaining(['m0-0', 'm6-0']));
  });

  it('keeps a record on its own day, not on the one it was recorded on; what has none, on that', async () => {
    const late = { recorded_at: '2025-12-05T06:00:00.000Z' };
    const answer = aRecommendation({ timestamp: '2025-12-04T06:00:00.000Z', ...late });
    const label = { recommendation_id: answer.id, label: 1, by: 'operator/asha', ...late };
    const order = { scope: 'all', revision: 1, at: '2025-12-05T20:00:00.000Z' };
    const entries = logEntries(0, [
      { kind: 'recommendation', record: { ...answer } },
      { kind: 'trade', record: { ...aTrade(answer), timestamp: '2025-12-04T13:00:00+05:30', ...late } },
      { kind: 'feedback', record: label },
      { kind: 'control', record: order },
    ]);
    await archiveEntries({ replace, onFault: () => undefined })(entries.map((entry) => messageOf(entry)));
    expect([...(await textsIn(lake)).keys()]).toEqual([
      'controls/date=2025-12-06/000000000000.jsonl',
      'feedback/date=2025-12-05/000000000000.jsonl',
      'recommendations/exchange=NSE/date=2025-12-04/000000000000.jsonl',
      'trades/date=2025-12-04/000000000000.jsonl',
    ]);
  });

  it('writes an object that has all its lines no further time', async () => {
    const written: string[] = [];
    const counting: ReplaceObject = async (key, next) =>
      replace(key, (current) => {
        const text = next(current);
        if (text !== undefined) written.push(key);
        return text;
      });
    const messages = entriesFrom(0, 8).map((entry) => messageOf(entry));
    const archive = archiveEntries({ replace: counting, onFault: () => undefined });
    await archive(messages);
    const once = written.length;
    expect(await archive(messages)).toEqual([]);
    expect([once > 0, written.length]).toEqual([true, once]);
  });

  it('keeps everything when two archivers write the same objects at once', async () => {
    const entries = entriesFrom(0, 40);
    const archive = archiveEntries({ replace, onFault: () => undefined });
    const persist = async (own: readonly AuditEntry[]) => {
      for (const entry of own) while ((await archive([messageOf(entry)])).length > 0);
    };
    await Promise.all([persist(entries.slice(0, 25)), persist(entries.slice(15))]);
    const lines = [...(await textsIn(lake)).values()].join('').trimEnd().split('\n');
    expect(lines.sort()).toEqual(entries.map(busLine).sort());
  });

  it('comes to the same bytes in whatever order and however often messages come', async () => {
    const entries = entriesFrom(50, 30);
    const archived = async (batches: readonly (readonly number[])[]) => {
      const objects = new Map<string, Uint8Array>();
      const archive = archiveEntries({ replace: memoryReplaceObject(objects), onFault: () => undefined });
      for (const batch of batches) {
        expect(await archive(batch.map((at, nth) => messageOf(entries[at]!, nth)))).toEqual([]);
      }
      return textsIn(memoryObjectStore(() => 0, objects));
    };
    const all = entries.map((_, at) => at);
    const expected = await archived([all]);
    const anyBatches = fc.array(fc.array(fc.nat(entries.length - 1), { maxLength: 12 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        anyBatches,
        fc.shuffledSubarray(all, { minLength: all.length }),
        async (batches, rest) => {
          expect(await archived([...batches, rest])).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});
