import { join, relative } from 'node:path';
import { type Command, Option } from 'commander';
import { FEATURE_SETS } from '../../shared/domain/features/feature-sets.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { TARGET_NAMES } from '../../shared/domain/training/targets.ts';
import { InvariantViolated, NotFound } from '../../shared/errors.ts';
import type { Connection } from '../connection.ts';
import { contextOf } from '../context.ts';
import { machineFailure, runMachine } from '../executions.ts';
import { fetchReport, lakeOf } from '../models/report.ts';
import { showTrained, type Trained } from '../models/show-trained.ts';
import type { Output } from '../output.ts';

interface TrainOptions {
  readonly exchange: string;
  readonly dataset?: string | undefined;
  readonly target: string;
  readonly family?: string;
  readonly featureSet?: string;
  readonly perRegime?: boolean;
  readonly allowLegacy?: boolean;
  readonly as?: string;
}

/** A run of the training machine that failed; see infra/machines/training.ts. */
interface Failed {
  readonly ok: false;
  readonly exchange: string;
  readonly error: string;
  readonly cause: string;
}

interface TrainingReport {
  readonly dataset_version: string;
  readonly feature_set: string;
  readonly training: readonly (Trained | Failed)[];
}

export function trainCommand(program: Command): void {
  program
    .command('train')
    .description('train and judge a candidate from a dataset, without a night around it')
    .addOption(new Option('--exchange <name>', 'the exchange').choices([...EXCHANGES]).makeOptionMandatory())
    .option(
      '--dataset <version>',
      'learn from this version; the newest that holds the exchange when left out',
    )
    .addOption(
      new Option('--target <name>', 'what the model predicts')
        .choices([...TARGET_NAMES])
        .default(PRODUCTION_TARGET),
    )
    .addOption(
      new Option(
        '--family <name>',
        'train this model family; the one of config/training when left out',
      ).choices([...MODEL_FAMILIES]),
    )
    .addOption(
      new Option('--feature-set <id>', 'learn from a dataset of this set; of any when left out').choices(
        FEATURE_SETS.map(({ id }) => id),
      ),
    )
    .option('--per-regime', 'one model per regime state, mixed by the chances of the states')
    .option('--allow-legacy', 'learn from a version that was imported from the tracker (named by --dataset)')
    .addOption(
      new Option('--as <what>', 'where it runs; its size decides when left out').choices(['lambda', 'job']),
    )
    .action(async (options: TrainOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const { training, ...dataset } = await runTraining(connection, options, output);
      const [run] = training;
      if (run === undefined) throw new InvariantViolated('training: expected one run, was none');
      if (!run.ok) throw machineFailure(`${options.exchange} ${options.target}: not trained`, run);
      const { version } = run.train;
      const report = await fetchReport(connection.name, lakeOf(connection), { ...run, version });
      const page = join(relative('', report.folder), 'training.html');
      showTrained({ ...run, ...dataset, page, environment: connection.name }, output);
      output.result({ ...dataset, ...run, report });
    });
}

/**
 * Runs the training machine and waits for it.
 * @throws RejectedInput or NotFound when the request was wrong, InvariantViolated with the machine's words otherwise.
 */
export async function runTraining(
  connection: Connection,
  { exchange, dataset, target, family, featureSet, perRegime, allowLegacy, as }: TrainOptions,
  output: Output,
): Promise<TrainingReport> {
  const { trainingMachineArn, name } = connection;
  if (trainingMachineArn === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output TrainingMachineArn, was none; start or deploy it again`,
    );
  }
  const input = {
    exchange,
    target,
    ...(dataset === undefined ? {} : { dataset_version: dataset }),
    ...(family === undefined ? {} : { family }),
    ...(featureSet === undefined ? {} : { feature_set: featureSet }),
    ...(perRegime === undefined ? {} : { per_regime: perRegime }),
    ...(allowLegacy === undefined ? {} : { allow_legacy: allowLegacy }),
    ...(as === undefined ? {} : { as }),
  };
  const started = performance.now();
  const ended = await runMachine(connection, trainingMachineArn, input, (state) => {
    if (performance.now() - started > 2000) output.line(`  ${state} ...`);
  });
  if (ended.status === 'SUCCEEDED') return ended.output as unknown as TrainingReport;
  throw machineFailure(`train ${exchange}`, ended);
}
