import { type Command, InvalidArgumentError } from 'commander';
import { diffManifests } from '../../shared/domain/datasets/diff.ts';
import { RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';
import { showDiff } from '../datasets/diff.ts';
import { type ImportedBatch, importLegacyFile } from '../datasets/import.ts';
import { rebuildDataset } from '../datasets/rebuild.ts';
import { reselectDataset } from '../datasets/reselect.ts';
import { showList, showManifest } from '../datasets/show.ts';
import { showRebuild } from '../datasets/show-rebuild.ts';
import { datasetStore, findVersion } from '../datasets/store.ts';
import { showVerification, verifyDataset } from '../datasets/verify.ts';
import type { Output } from '../output.ts';

const LISTED = 20;

export function datasetsCommand(program: Command): void {
  const datasets = program
    .command('datasets')
    .description("the dataset versions; show, verify, diff or rebuild one, or import the tracker's")
    .option('--limit <count>', 'how many', positive, LISTED)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      refuseUnknown(command);
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
    .description('make the files of a version again from its manifest and chains and compare; writes nothing')
    .argument('<version>')
    .option(
      '--reselect',
      'choose its days anew by window and knowledge cutoff; other content becomes the next version',
    )
    .action(async (version: string, { reselect }: { reselect?: boolean }, command: Command) => {
      const { output, store } = open(command);
      const manifest = await findVersion(store.datasets, version);
      const progress = (done: number, total: number) => output.progress('days made again', done, total);
      const rebuild = reselect
        ? await reselectDataset(store, manifest, new Date().toISOString(), progress)
        : await rebuildDataset(store, manifest, progress);
      showRebuild(manifest, rebuild, output);
      const ok = rebuild.same || rebuild.version !== null;
      if (!ok) process.exitCode = 1;
      output.result({ ok, ...rebuild });
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
  // Last: subcommands would inherit it.
  datasets.allowExcessArguments();
}

/** @throws RejectedInput for a word that is no subcommand. */
function refuseUnknown({ args, commands }: Command): void {
  if (args.length === 0) return;
  const names = commands.map((command) => command.name()).join(', ');
  throw new RejectedInput(`datasets: expected ${names} or nothing, was ${args[0]}`, { field: 'command' });
}

function open(command: Command) {
  const { output, connect } = contextOf(command);
  return { output, store: datasetStore(connect()) };
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
