import type {
  Import,
  ImportedSnapshot,
  ImportSummary,
} from '../../shared/domain/market/import/import-summary.ts';
import type { Api } from '../../shared/ports/api.ts';
import type { LakeArrival } from '../lake-arrival.ts';
import type { Output } from '../output.ts';
import { type PostReport, postSnapshots } from '../post-snapshots.ts';
import type { Judge } from './judge.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';

/** What posting a file needs besides the file. */
export interface Scene {
  readonly api: Api;
  readonly ledger: Pick<Ledger, 'entry' | 'put'>;
  readonly arrival: Pick<LakeArrival, 'expect'>;
  readonly output: Output;
}

/** A file to be posted: its name, what it is known by, and what is added to its snapshots. */
export interface KnownFile {
  readonly file: string;
  readonly key: string;
  readonly enrich: (snapshot: ImportedSnapshot) => ImportedSnapshot;
}

/**
 * Posts what the API has not yet answered for, and remembers after each request how far it came: a killed run goes on
 * there. All snapshots are judged, those posted before among them.
 */
export async function postFile<Summary extends ImportSummary>(
  { api, ledger, arrival, output }: Scene,
  { file, key, enrich }: KnownFile,
  chain: Import<Summary>,
  judge: Judge,
): Promise<{ summary: Summary; posted: PostReport }> {
  const before = ledger.entry(key);
  const from = before?.settled ?? 0;
  const refused = new Set(before?.rejected.map(({ timestamp }) => timestamp));
  const entryOf = (report: PostReport, done: boolean): LedgerEntry => ({
    ...{ schema: 1, file, done, settled: from + report.posted },
    accepted: (before?.accepted ?? 0) + report.accepted,
    rejected: [...(before?.rejected ?? []), ...report.rejected],
  });
  async function* rest(): AsyncGenerator<ImportedSnapshot> {
    let at = 0;
    for await (const plain of chain.snapshots) {
      const snapshot = enrich(plain);
      judge.add(snapshot);
      at += 1;
      if (at > from) yield snapshot;
      else if (!refused.has(snapshot.timestamp)) arrival.expect(snapshot);
    }
  }
  const report = await postSnapshots(
    api,
    rest(),
    (now) => {
      ledger.put(key, entryOf(now, false));
      const { rows, totalRows } = chain.summary();
      output.progress(`${file}: ${from + now.posted} snapshots posted, rows`, rows, totalRows);
    },
    (snapshot) => arrival.expect(snapshot),
    (seconds) => output.line(`${file}: the API asks to wait; going on in ${seconds} s`),
  );
  const entry = entryOf(report, true);
  ledger.put(key, entry);
  const posted = { posted: entry.settled, accepted: entry.accepted, rejected: entry.rejected };
  return { summary: chain.summary(), posted };
}
