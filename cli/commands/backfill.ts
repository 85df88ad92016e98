import type { Command } from 'commander';
import {
  openRecordedChain,
  type RecordedChainSummary,
} from '../../shared/adapters/csv/recorded-chain-file.ts';
import { SKIP_REASONS } from '../../shared/domain/market/import/recorded-chain.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Api } from '../../shared/ports/api.ts';
import { apiAs, contextOf } from '../context.ts';
import { type LakeArrival, lakeArrival } from '../lake-arrival.ts';
import type { Output } from '../output.ts';
import { type PostReport, postSnapshots } from '../post-snapshots.ts';

export function backfillCommand(program: Command): void {
  program
    .command('backfill')
    .description('post recorded option chains (.csv, .csv.gz) through the API; twice posted is stored once')
    .argument('<files...>', 'recorded chain files')
    .action(async (files: string[], _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const arrival = lakeArrival(connection);
      const reports = [];
      for (const file of files) {
        reports.push(await backfillFile(apiAs(connection, 'tracker'), file, output, arrival));
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
  const chain = await openRecordedChain(file, {
    onRowsChecked: (rows) => output.progress(`${file}: rows checked`, rows, rows + 1),
  });
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

async function* chosen(
  snapshots: AsyncIterable<ChainSnapshot>,
  choose: (snapshot: ChainSnapshot) => boolean,
): AsyncGenerator<ChainSnapshot> {
  for await (const snapshot of snapshots) if (choose(snapshot)) yield snapshot;
}

function showSummary(file: string, summary: RecordedChainSummary, posted: PostReport, output: Output): void {
  output.line(`${file}: ${summary.rows} rows, ${summary.used} used, ${posted.accepted} snapshots accepted`);
  const counts = Object.entries(summary.snapshots).filter(([, count]) => count > 0);
  output.table(
    ['exchange', 'snapshots'],
    counts.map(([exchange, count]) => [exchange, count]),
  );
  for (const [reason, count] of Object.entries(summary.skipped)) {
    if (count > 0)
      output.line(`  ${count} rows skipped: ${SKIP_REASONS[reason as keyof typeof SKIP_REASONS]}`);
  }
  for (const { timestamp, reason } of posted.rejected) output.line(`  refused ${timestamp}: ${reason}`);
}
