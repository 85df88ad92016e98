import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { TARGET_NAMES } from '../../shared/domain/training/targets.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { Api } from '../../shared/ports/api.ts';
import { showWaiting } from '../approvals.ts';
import { apiAs, contextOf } from '../context.ts';
import { indianClock } from '../indian-clock.ts';
import { readImport, runImport, showImported } from '../models/import.ts';
import { judgeModel, showJudged } from '../models/judge.ts';
import { listModels, liveAt } from '../models/registry-api.ts';
import { fetchReport, lakeOf } from '../models/report.ts';
import { reproduceModel, showReproduction, wantedVersion } from '../models/reproduce.ts';
import { serveCommands } from '../models/serve-commands.ts';
import { showDeployments, showModels } from '../models/show.ts';
import { versionCommands } from '../models/version-commands.ts';

const exchangeOption = () => new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]);
const targetOption = () =>
  new Option('--target <name>', 'what the model predicts')
    .choices([...TARGET_NAMES])
    .default(PRODUCTION_TARGET);
const exchangeArgument = () => new Argument('<exchange>').choices([...EXCHANGES]);

export function modelsCommand(program: Command): void {
  const models = program
    .command('models')
    .description('the model versions; which was live at a moment, who deployed what, reports with pictures')
    .addOption(exchangeOption())
    .addOption(targetOption())
    .action(async (query: { exchange?: Exchange; target: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const found = await listModels(apiAs(connect(), 'operator'), query);
      showModels(found.models, found.live, output);
      showWaiting(found.waiting ?? [], output);
      output.result({ ok: true, ...found });
    });
  models
    .command('live')
    .description('which version answered at a moment')
    .addArgument(exchangeArgument())
    .option(
      '--at <time>',
      'the moment with its offset, as 2026-02-23T11:02:00+05:30; now when left out',
      moment,
    )
    .action(async (exchange: Exchange, { at }: { at?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const answer = await liveAt(apiAs(connect(), 'operator'), exchange, targetOf(command), at);
      const switched = answer.history.findLast(
        (row) =>
          row.to_version === answer.version &&
          row.refusal === null &&
          row.event !== 'backend_changed' &&
          row.at <= answer.at,
      );
      output.line(
        answer.version === null
          ? `${exchange}: nothing was live at ${indianClock(answer.at)}`
          : `${exchange}: ${answer.version} was live at ${indianClock(answer.at)}` +
              (switched === undefined
                ? ''
                : `, since ${indianClock(switched.at)} by ${switched.operator} (${switched.compliance_class}): ${switched.reason}`),
      );
      output.result({ ok: true, at: answer.at, version: answer.version, model: answer.model });
    });
  models
    .command('deployments')
    .description('every promotion, rollback, withdrawal, refusal and failure, oldest first')
    .action(async (_options, command: Command) => {
      const { output, connect } = contextOf(command);
      const api = apiAs(connect(), 'operator');
      const { exchange } = command.optsWithGlobals<{ exchange?: Exchange }>();
      const asked = exchange === undefined ? EXCHANGES : [exchange];
      const answers = await Promise.all(asked.map((one) => liveAt(api, one, targetOf(command), undefined)));
      const history = answers
        .flatMap((answer) => answer.history)
        .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
      showDeployments(history, output);
      output.result({ ok: true, history });
    });
  models
    .command('report')
    .description('copy the report of the training run and the verdict to this machine, to look at')
    .addArgument(exchangeArgument())
    .argument('[version]', 'the newest when left out')
    .option('--into <folder>', 'where to put them')
    .action(
      async (
        exchange: Exchange,
        version: string | undefined,
        { into }: { into?: string },
        command: Command,
      ) => {
        const { output, connect } = contextOf(command);
        const connection = connect();
        const target = targetOf(command);
        const wanted = version ?? (await newest(apiAs(connection, 'operator'), exchange, target));
        const lake = lakeOf(connection);
        const found = await fetchReport(connection.name, lake, { exchange, target, version: wanted }, into);
        output.line(`${exchange} ${wanted}: ${found.files.length} files in ${found.folder}`);
        for (const file of found.files) output.line(`  ${file}`);
        output.result({ ok: true, exchange, version: wanted, ...found });
      },
    );
  versionCommands(models);
  serveCommands(models);
  importCommand(models);
  judgeCommand(models);
  reproduceCommand(models);
}

function importCommand(models: Command): void {
  models
    .command('import')
    .description('make a candidate of a model that was trained elsewhere, and have the gate judge it')
    .argument('<path>', 'its folder, or the model with its manifest beside it')
    .requiredOption('--operator <name>', 'who brings it')
    .option('--dataset <version>', 'judge it on this version; the newest of its feature set when left out')
    .action(async (path: string, options: { operator: string; dataset?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const brought = readImport(path);
      const { exchange = brought.manifest.exchange } = command.optsWithGlobals<{ exchange?: string }>();
      const known = EXCHANGES.find((one) => one === exchange);
      if (known === undefined) {
        throw new RejectedInput(
          `--exchange: expected one of ${EXCHANGES.join(', ')}, was ${exchange ?? 'none'}`,
          { field: 'exchange' },
        );
      }
      const connection = connect();
      const request = { exchange: known, operator: options.operator, dataset: options.dataset };
      const imported = await runImport(connection, lakeOf(connection), brought, request, output);
      showImported(known, imported, output);
      output.result({ ok: true, exchange: known, ...imported });
    });
}

function judgeCommand(models: Command): void {
  models
    .command('judge')
    .description('have the gate judge a version that has no verdict, as a distilled one; nothing goes live')
    .argument('<version>', 'a registered version')
    .action(async (version: string, _options, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const { exchange } = command.optsWithGlobals<{ exchange?: Exchange }>();
      const { models: known } = await listModels(apiAs(connection, 'operator'), {
        target: targetOf(command),
      });
      const row = wantedVersion(known, version, exchange);
      const judged = await judgeModel(connection, row, output);
      const report = await fetchReport(connection.name, lakeOf(connection), row);
      showJudged(row, judged, { folder: report.folder, environment: connection.name }, output);
      output.result({ ok: true, exchange: row.exchange, target: row.target, ...judged, report });
    });
}

function reproduceCommand(models: Command): void {
  models
    .command('reproduce')
    .description('train a version again from what its bundle says, and compare; nothing is registered')
    .argument('<version>', 'a registered version')
    .addOption(
      new Option(
        '--threads <count>',
        'threads of a fit, which change nothing; as many as then when left out',
      ).choices(['1', '2']),
    )
    .action(async (version: string, { threads }: { threads?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const { exchange } = command.optsWithGlobals<{ exchange?: Exchange }>();
      const { models: known } = await listModels(apiAs(connection, 'operator'), {
        target: targetOf(command),
      });
      const report = await reproduceModel(
        connection,
        wantedVersion(known, version, exchange),
        threads === undefined ? undefined : Number(threads),
        output,
      );
      showReproduction(report, output);
      if (!report.same) process.exitCode = 1;
      output.result({ ok: report.same, ...report });
    });
}

function targetOf(command: Command): string {
  return command.optsWithGlobals<{ target: string }>().target;
}

async function newest(api: Api, exchange: Exchange, target: string): Promise<string> {
  const [first] = (await listModels(api, { exchange, target })).models;
  if (first === undefined) {
    throw new NotFound(`exchange: expected one with a model, was ${exchange}; ./oi nightly makes candidates`);
  }
  return first.version;
}

function moment(text: string): string {
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('expected a time with its offset, as 2026-02-23T11:02:00+05:30.');
}
