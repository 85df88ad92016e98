import type { Command } from 'commander';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Connection } from '../connection.ts';
import { apiAs, contextOf } from '../context.ts';
import { datasetStore } from '../datasets/store.ts';
import { exportTo, registryOf } from './export.ts';
import { lineageOf } from './lineage.ts';
import { listModels, liveAt } from './registry-api.ts';
import { wantedVersion } from './reproduce.ts';
import { showLineage } from './show-lineage.ts';
import { showVersion } from './show-version.ts';
import { versionStory } from './version-story.ts';

/** `models show`, `models lineage` and `models export`: one version, where it comes from, and all of them as text. */
export function versionCommands(models: Command): void {
  models
    .command('show')
    .description('everything about one version: proven hashes, verdict rule by rule, backtest, deployments')
    .argument('<version>', 'a registered version')
    .action(async (version: string, _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const row = await rowOf(connection, version, command);
      const { history } = await liveAt(apiAs(connection, 'operator'), row.exchange, row.target, undefined);
      const story = await versionStory(datasetStore(connection).bucket, row, history);
      showVersion(story, output);
      output.result({ ok: story.proof.ok && story.verdictProblem === null, ...story });
      if (!story.proof.ok || story.verdictProblem !== null) process.exitCode = 1;
    });
  models
    .command('lineage')
    .description(
      'where a version comes from: dataset, day files, micro-batches, code, and what else was tried',
    )
    .argument('<version>', 'a registered version')
    .action(async (version: string, _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const row = await rowOf(connection, version, command);
      const { bucket, datasets, registry } = datasetStore(connection);
      const lineage = await lineageOf({ lake: bucket, datasets, batches: registry }, row);
      showLineage(lineage, output);
      const ok = lineage.proof.ok && lineage.problems.length === 0;
      output.result({ ok, ...lineage });
      if (!ok) process.exitCode = 1;
    });
  models
    .command('export')
    .description('write registry.yml and deployments.log, the registry for people, here')
    .argument('[folder]', 'where to', '.')
    .action(async (folder: string, _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const files = await exportTo(registryOf(connect()), folder);
      for (const file of files) output.line(file);
      output.result({ ok: true, files });
    });
}

async function rowOf(connection: Connection, version: string, command: Command) {
  const { exchange, target } = command.optsWithGlobals<{ exchange?: Exchange; target: string }>();
  const { models } = await listModels(apiAs(connection, 'operator'), { target });
  return wantedVersion(models, version, exchange);
}
