import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openJudge } from '../../../cli/backfill/judge.ts';
import type { LedgerEntry } from '../../../cli/backfill/ledger.ts';
import { postFile } from '../../../cli/backfill/post-file.ts';
import { openOutput } from '../../../cli/output.ts';
import type { Import, ImportedSnapshot } from '../../../shared/domain/market/import/import-summary.ts';
import { ImportTally } from '../../../shared/domain/market/import/import-summary.ts';
import type { ChainSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { Api, ApiCall } from '../../../shared/ports/api.ts';
import { aLadder, aSnapshot } from '../../factories/snapshot.ts';

const COUNT = 150;
const START_MS = Date.UTC(2025, 11, 4, 3, 45);
const timeOf = (minute: number) => new Date(START_MS + minute * 60_000).toISOString();
const session = Array.from({ length: COUNT }, (_, minute) =>
  aSnapshot({ timestamp: timeOf(minute), legs: aLadder(26050, 50, 1) }),
);

function importOf(snapshots: readonly ImportedSnapshot[]): Import {
  const tally = new ImportTally();
  async function* walk() {
    for (const snapshot of snapshots) {
      tally.add(1, 1, {}, [snapshot]);
      yield snapshot;
    }
  }
  return {
    snapshots: walk(),
    summary: () => ({ file: 'f', totalRows: snapshots.length, ...tally.counts() }),
  };
}

/** A memory as the ledger's, an API that dies at a call, and what came of it. */
function aScene(refuses: readonly number[] = []) {
  const entries = new Map<string, LedgerEntry>();
  const posted: string[] = [];
  const expected: string[] = [];
  const state = { diesAt: Number.POSITIVE_INFINITY, calls: 0 };
  const api: Api = {
    async call<T>({ body }: ApiCall): Promise<T> {
      state.calls += 1;
      if (state.calls === state.diesAt) throw new RejectedInput('killed');
      const snapshots = body as ChainSnapshot[];
      posted.push(...snapshots.map(({ timestamp }) => timestamp));
      const rejected = snapshots.flatMap(({ timestamp }, index) =>
        refuses.some((minute) => timeOf(minute) === timestamp) ? [{ index, reason: 'vix: no' }] : [],
      );
      return { accepted: snapshots.length - rejected.length, rejected } as T;
    },
  };
  const silent = new PassThrough() as unknown as typeof process.stdout;
  const scene = {
    api,
    ledger: {
      entry: (key: string) => entries.get(key),
      put: (key: string, entry: LedgerEntry) => void entries.set(key, structuredClone(entry)),
    },
    arrival: { expect: ({ timestamp }: ChainSnapshot) => void expected.push(timestamp) },
    output: openOutput(false, silent, silent as unknown as typeof process.stderr),
  };
  const run = (enrich = (snapshot: ImportedSnapshot) => snapshot) => {
    const judge = openJudge();
    const known = { file: 'f', key: 'k', enrich };
    return postFile(scene, known, importOf(session), judge).then((done) => ({ ...done, judge }));
  };
  return { run, state, entries, posted, expected };
}

describe('posting a file', () => {
  it('remembers after each request how far it came, and that it is done', async () => {
    const { run, entries, posted, expected } = aScene();
    const { posted: report, summary } = await run();
    expect(report).toEqual({ posted: COUNT, accepted: COUNT, rejected: [] });
    expect(entries.get('k')).toMatchObject({ settled: COUNT, accepted: COUNT, done: true, file: 'f' });
    expect([posted.length, expected.length, summary.rows]).toEqual([COUNT, COUNT, COUNT]);
  });

  it('goes on where it was killed: each snapshot is posted once, all are judged and waited for', async () => {
    const scene = aScene([10, 100]);
    scene.state.diesAt = 2;
    await expect(scene.run()).rejects.toThrow('killed');
    expect(scene.entries.get('k')).toMatchObject({ settled: 60, accepted: 59, done: false });
    scene.expected.length = 0;
    const { posted, judge } = await scene.run();
    expect(scene.posted).toEqual(session.map(({ timestamp }) => timestamp));
    expect(posted).toEqual({
      ...{ posted: COUNT, accepted: COUNT - 2 },
      rejected: [10, 100].map((minute) => ({ timestamp: timeOf(minute), reason: 'vix: no' })),
    });
    expect(scene.expected).toHaveLength(COUNT - 2);
    expect(judge.reports()).toMatchObject([{ exchange: 'NSE', snapshots: COUNT }]);
  });

  it('posts and judges what the other tables add', async () => {
    const { run } = aScene();
    const { judge } = await run((snapshot) => ({ ...snapshot, vix: null }));
    const [report] = judge.reports();
    expect(report!.flags.find(({ flag }) => flag === 'vix_missing')?.snapshots).toBe(COUNT);
  });
});

describe('judging', () => {
  it('says of a day that the rules do not cover that it was not judged', () => {
    const judge = openJudge();
    judge.add(aSnapshot());
    judge.add(aSnapshot({ timestamp: '2019-12-04T10:00:00+05:30', expiry: '2019-12-05' }));
    judge.add(aSnapshot({ timestamp: '2019-12-04T10:01:00+05:30', expiry: '2019-12-05' }));
    expect(judge.reports()).toHaveLength(1);
    expect(judge.unjudged()).toEqual([expect.stringContaining('2019-12-04')]);
  });
});
