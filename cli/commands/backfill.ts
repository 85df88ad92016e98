import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { openChainFile } from '../../shared/adapters/csv/chain-file.ts';
import { KIND_WORDS } from '../../shared/adapters/csv/file-kind.ts';
import {
  openRecordedChain,
  type RecordedChainSummary,
} from '../../shared/adapters/csv/recorded-chain-file.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import type { Import, ImportSummary } from '../../shared/domain/market/import/import-summary.ts';
import type { Supplements } from '../../shared/domain/market/import/supplements.ts';
import { qualityMarkdown } from '../../shared/domain/market/quality/quality-markdown.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Api } from '../../shared/ports/api.ts';
import { keyWith } from '../backfill/file-key.ts';
import { importRecords, type RecordReport, type RecordStore } from '../backfill/import-records.ts';
import { type Judge, openJudge } from '../backfill/judge.ts';
import { type Ledger, markChain, openLedger, postedOtherwise } from '../backfill/ledger.ts';
import { loadSupplements, type SupplementReport, showApplied } from '../backfill/load-supplements.ts';
import { type BackfillPlan, type PlannedFile, planBackfill } from '../backfill/plan.ts';
import { postFile, type Scene } from '../backfill/post-file.ts';
import { showQuality, showSummary } from '../backfill/show.ts';
import type { Connection } from '../connection.ts';
import { apiAs, contextOf } from '../context.ts';
import { type LakeArrival, lakeArrival, showArrival } from '../lake-arrival.ts';
import type { Output } from '../output.ts';
import { type PostReport, postSnapshots } from '../post-snapshots.ts';

interface Options {
  readonly report?: string;
  readonly again?: true;
}

export function backfillCommand(program: Command): void {
  program
    .command('backfill')
    .description("import recordings, exchange answers and the tracker's exports; goes on where it stopped")
    .argument('<files...>', `known by their content: ${KIND_WORDS.join('; ')}`)
    .option('--report <file>', 'write the quality report there instead of below the environment')
    .option('--again', 'post also what was posted before; it is stored once all the same')
    .action(async (files: string[], options: Options, command: Command) => {
      const { output, connect } = contextOf(command);
      const plan = await planBackfill(files);
      const connection = connect();
      const ledger = openLedger(connection.name);
      const arrival = lakeArrival(connection);
      const scene = { api: apiAs(connection, 'tracker'), ledger, arrival, output };
      const records: RecordReport[] = [];
      for (const one of plan.records) records.push(await importRecords(storeOf(connection), one, output));
      const { reports, supplements } = await postChains(scene, plan, { ...options, path: ledger.path });
      await showArrival(arrival, output);
      output.result({ ok: true, files: reports, supplements, records });
    });
}

/** Posts each chain of a plan that was not posted before, with what the plan's tables add to it. */
async function postChains(
  scene: Scene,
  plan: BackfillPlan,
  options: Options & Pick<Ledger, 'path'>,
): Promise<{ reports: Readonly<Record<string, unknown>>[]; supplements: readonly SupplementReport[] }> {
  const { output, ledger } = scene;
  const supplements = await loadSupplements(plan, output);
  const others = plan.supplements.map(({ key }) => key);
  const reports: Readonly<Record<string, unknown>>[] = [];
  const pages: string[] = [];
  for (const { file, key: own } of plan.chains) {
    const key = keyWith(own, others);
    const before = ledger.entry(key);
    if (before?.done && options.again !== true) {
      output.line(`${file}: already posted, ${before.accepted} snapshots; --again posts it once more`);
      reports.push({ file, already_posted: true, posted: before.settled, accepted: before.accepted });
      continue;
    }
    if (before !== undefined && options.again === true) ledger.put(key, { ...before, ...NOTHING_YET });
    if (postedOtherwise(ledger, own, key)) output.line(`${file}: ${OTHER_TABLES}`);
    markChain(ledger, own, file);
    const judge = openJudge();
    reports.push(await postOne(scene, { file, key }, supplements.all, judge));
    pages.push(qualityMarkdown(judge.reports(), `# Data quality of ${basename(file)}`));
    const page = options.report ?? options.path(`${basename(file)}-${key.slice(0, 8)}.md`);
    writePage(page, options.report === undefined ? pages.at(-1)! : pages.join('\n'));
    showQuality(judge.reports(), page, output);
    for (const reason of judge.unjudged()) output.line(`  not judged: ${reason}`);
  }
  return { reports, supplements: pages.length === 0 ? [] : showApplied(supplements, output) };
}

const NOTHING_YET = { settled: 0, accepted: 0, rejected: [], done: false };
const OTHER_TABLES =
  'was posted before with other tables or none: what differs now is kept as revised and reaches no features; ' +
  'for features with these tables, reset the environment and give all files in one command';

async function postOne(scene: Scene, { file, key }: PlannedFile, supplements: Supplements, judge: Judge) {
  const { output } = scene;
  const from = scene.ledger.entry(key)?.settled ?? 0;
  if (from > 0) output.line(`${file}: goes on after ${from} snapshots`);
  const chain = await openChainFile(file, exchangesRules(), progressOf(file, output));
  const known = { file, key, enrich: supplements.apply.bind(supplements) };
  const { summary, posted } = await postFile(scene, known, chain, judge);
  showSummary(file, summary, posted, output);
  return { ...summary, ...posted, quality: judge.reports() };
}

function writePage(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function storeOf({ region, tables, lakeBucket, environment }: Connection): RecordStore {
  Object.assign(process.env, environment);
  return {
    registry: dynamoBatchRegistry(new DynamoDBClient({ region }), tables['batches']!),
    lake: lakeFiles(s3ObjectStore(new S3Client({ region }), lakeBucket), hyparquetCodec),
    clock: Date.now,
  };
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
