import type { Command } from 'commander';
import { openChainFile } from '../../shared/adapters/csv/chain-file.ts';
import {
  openRecordedChain,
  type RecordedChainSummary,
} from '../../shared/adapters/csv/recorded-chain-file.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { FILE_FORMS } from '../../shared/domain/market/import/file-form.ts';
import type { Import, ImportSummary } from '../../shared/domain/market/import/import-summary.ts';
import { SKIP_REASONS } from '../../shared/domain/market/import/recorded-chain.ts';
import { IMPORTED_SPARSE, SPARSE_SKIP_REASONS } from '../../shared/domain/market/import/sparse-chain.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Api } from '../../shared/ports/api.ts';
import { apiAs, contextOf } from '../context.ts';
import { type LakeArrival, lakeArrival } from '../lake-arrival.ts';
import type { Output } from '../output.ts';
import { type PostReport, postSnapshots } from '../post-snapshots.ts';

export function backfillCommand(program: Command): void {
  program
    .command('backfill')
    .description(
      'post recorded chains (CSV) or exchange answers (JSON) through the API; twice posted is stored once',
    )
    .argument('<files...>', `known by their content: ${Object.values(FILE_FORMS).join('; ')}`)
    .action(async (files: string[], _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const api = apiAs(connection, 'tracker');
      const arrival = lakeArrival(connection);
      const reports = [];
      for (const file of files) {
        const chain = await openChainFile(file, exchangesRules(), progressOf(file, output));
        reports.push(await postChain(api, file, chain, output, arrival));
      }
      await arrival.untilArrived((arrived, expected) => output.progress('in the lake', arrived, expected));
      output.result({ ok: true, files: reports.map(({ summary, posted }) => ({ ...summary, ...posted })) });
    });
}

/**
 * Posts one recorded chain file (of its snapshots those chosen) and shows what became of its rows: used and skipped
 * add up to the file.
 */
export async function backfillFile(
  api: Api,
  file: string,
  output: Output,
  arrival: LakeArrival,
  choose: (snapshot: ChainSnapshot) => boolean = () => true,
): Promise<{ summary: RecordedChainSummary; posted: PostReport }> {
  const chain = await openRecordedChain(file, progressOf(file, output));
  return postChain(api, file, chain, output, arrival, choose);
}

/** Posts an opened import of any form and shows what became of its rows. */
export async function postChain<Summary extends ImportSummary>(
  api: Api,
  file: string,
  chain: Import<Summary>,
  output: Output,
  arrival: Pick<LakeArrival, 'expect'>,
  choose: (snapshot: ChainSnapshot) => boolean = () => true,
): Promise<{ summary: Summary; posted: PostReport }> {
  const posted = await postSnapshots(
    api,
    chosen(chain.snapshots, choose),
    (report) => {
      const { rows, totalRows } = chain.summary();
      output.progress(`${file}: ${report.accepted} snapshots posted, rows`, rows, totalRows);
    },
    (snapshot) => arrival.expect(snapshot),
  );
  const summary = chain.summary();
  showSummary(file, summary, posted, output);
  return { summary, posted };
}

function progressOf(file: string, output: Output) {
  return { onRowsChecked: (rows: number) => output.progress(`${file}: rows checked`, rows, rows + 1) };
}

async function* chosen(
  snapshots: AsyncIterable<ChainSnapshot>,
  choose: (snapshot: ChainSnapshot) => boolean,
): AsyncGenerator<ChainSnapshot> {
  for await (const snapshot of snapshots) if (choose(snapshot)) yield snapshot;
}

/** Two forms may share a reason by name and not by consequence. */
function wordsOf(reason: string, { form }: ImportSummary): string {
  const words: Readonly<Record<string, string>> =
    form === 'tracker_export' ? SPARSE_SKIP_REASONS : SKIP_REASONS;
  return words[reason] ?? reason;
}

const FLAG_WORDS: Readonly<Record<string, string>> = {
  [IMPORTED_SPARSE]: 'open interest carried between changes; no prices, volumes, volatilities or quotes',
};

function showSummary(file: string, summary: ImportSummary, posted: PostReport, output: Output): void {
  if (summary.form !== undefined) output.line(`${file}: ${FILE_FORMS[summary.form]}`);
  output.line(`${file}: ${summary.rows} rows, ${summary.used} used, ${posted.accepted} snapshots accepted`);
  const counts = Object.entries(summary.snapshots).filter(([, count]) => count > 0);
  output.table(
    ['exchange', 'snapshots'],
    counts.map(([exchange, count]) => [exchange, count]),
  );
  for (const [reason, count] of Object.entries(summary.skipped)) {
    if (count) output.line(`  ${count} rows skipped: ${wordsOf(reason, summary)}`);
  }
  for (const flag of summary.flags ?? []) output.line(`  ${flag}: ${FLAG_WORDS[flag] ?? ''}`);
  for (const { timestamp, reason } of posted.rejected) output.line(`  refused ${timestamp}: ${reason}`);
}
