import { type Command, InvalidArgumentError } from 'commander';
import { diffManifests } from '../../shared/domain/datasets/diff.ts';
import { REBUILD_REASONS } from '../../shared/domain/datasets/rebuild-reasons.ts';
import { contextOf } from '../context.ts';
import { showDiff } from '../datasets/diff.ts';
import { type ImportedBatch, importLegacyFile } from '../datasets/import.ts';
import { type Rebuild, rebuildDataset } from '../datasets/rebuild.ts';
import { showList, showManifest } from '../datasets/show.ts';
import { datasetStore, findVersion } from '../datasets/store.ts';
import { showVerification, verifyDataset } from '../datasets/verify.ts';
import type { Output } from '../output.ts';

const LISTED = 20;
const SHOWN_CHANGES = 20;

export function datasetsCommand(program: Command): void {
  const datasets = program
    .command('datasets')
    .description("the dataset versions; show, verify, diff or rebuild one, or import the tracker's")
    .option('--limit <count>', 'how many', positive, LISTED)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { output, store } = open(command);
      const [versions, legacy] = [
        await store.datasets.versions(limit),
        await store.datasets.legacyVersions(),
      ];
      showList([...versions, ...legacy], output);
      output.result({ ok: true, datasets: versions, legacy });
    });
  datasets
    .command('show')
    .description('what a version holds: rows, labels, completeness, files')
    .argument('<version>')
    .option('--all', 'every day, feature and file')
    .action(async (version: string, { all }: { all?: boolean }, command: Command) => {
      const { output, store } = open(command);
      const manifest = await findVersion(store.datasets, version);
      showManifest(manifest, all === true, output);
      output.result({ ok: true, manifest });
    });
  datasets
    .command('verify')
    .description('read every file of a version again and compare with its manifest')
    .argument('<version>')
    .action(async (version: string, _options, command: Command) => {
      const { output, store } = open(command);
      const manifest = await findVersion(store.datasets, version);
      const found = await verifyDataset(store.bucket, manifest, (done, total) =>
        output.progress('files read', done, total),
      );
      showVerification(found, output);
      const ok = found.problems.length === 0;
      if (!ok) process.exitCode = 1;
      output.result({ ok, ...found });
    });
  datasets
    .command('diff')
    .description('files, rows, completeness and spec of two versions')
    .argument('<before>')
    .argument('<after>')
    .action(async (before: string, after: string, _options, command: Command) => {
      const { output, store } = open(command);
      const [a, b] = [await findVersion(store.datasets, before), await findVersion(store.datasets, after)];
      const diff = diffManifests(a, b);
      showDiff(before, after, diff, output);
      output.result({ ok: true, before, after, ...diff });
    });
  datasets
    .command('rebuild')
    .description('build a version again from its manifest and chains; other content becomes the next version')
    .argument('<version>')
    .action(async (version: string, _options, command: Command) => {
      const { output, store } = open(command);
      const manifest = await findVersion(store.datasets, version);
      const rebuild = await rebuildDataset(store, manifest, new Date().toISOString(), (done, total) =>
        output.progress('days made again', done, total),
      );
      showRebuild(rebuild, output);
      output.result({ ok: true, ...rebuild });
    });
  datasets
    .command('import')
    .description("import exports of the tracker's training_batches (.csv, .csv.gz) as legacy versions")
    .argument(
      '<files...>',
      'a row per training row: batch_id, exchange, timestamp, target, created_at, features',
    )
    .action(async (files: string[], _options, command: Command) => {
      const { output, store } = open(command);
      const imported: ImportedBatch[] = [];
      for (const file of files) {
        const progress = (done: number, total: number) => output.progress(`${file}: days`, done, total);
        imported.push(...(await importLegacyFile(store, file, new Date().toISOString(), progress)));
      }
      showImport(imported, output);
      output.result({ ok: true, imported });
    });
}

function open(command: Command) {
  const { output, connect } = contextOf(command);
  return { output, store: datasetStore(connect()) };
}

function showRebuild({ rebuilt, content_hash, same, ...rebuild }: Rebuild, output: Output): void {
  const { features, labels, not_recomputed } = rebuild.recomputed;
  output.line(
    `made again from the chains: ${features} feature files, ${labels} label files; ${not_recomputed} taken as they lie`,
  );
  if (same) {
    output.line(`dataset ${rebuilt} gives the same content again: ${content_hash}`);
    return;
  }
  const made = rebuild.created ? 'new version' : 'held already by version';
  output.line(`dataset ${rebuilt} gives other content now, ${made} ${rebuild.version}: ${content_hash}`);
  for (const [reason, words] of Object.entries(REBUILD_REASONS)) {
    const files = rebuild.changes.filter((change) => change.reason === reason);
    if (files.length === 0) continue;
    output.line(`  ${reason}: ${files.length} files; ${words}`);
    for (const { kind, exchange, date } of files.slice(0, SHOWN_CHANGES))
      output.line(`    ${kind} ${exchange} ${date}`);
  }
}

function showImport(imported: readonly ImportedBatch[], output: Output): void {
  output.table(
    ['version', 'exchanges', 'days', 'rows', 'content', ''],
    imported.map(({ version, exchanges, days, rows, content_hash, created }) => [
      version,
      exchanges.join(' '),
      days,
      rows,
      content_hash.slice(0, 12),
      created ? 'imported' : 'was there already',
    ]),
  );
}

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('expected a whole number above 0.');
}
