import { type Command, Option } from 'commander';
import type { LocalEndpoint } from '../connection.ts';
import { contextOf } from '../context.ts';
import { localControl } from '../control.ts';
import { clockWords, forgetClock } from '../kept-clock.ts';
import { startLocalCloud, stopLocalCloud } from '../local-cloud.ts';
import type { Output } from '../output.ts';

interface StartOptions {
  readonly parquetWriter?: string;
  readonly paperBroker?: string;
  readonly realTime?: boolean;
}

export function startCommand(program: Command): void {
  program
    .command('start')
    .description('start the local cloud; prints its endpoint and the keys of the three roles')
    .addOption(
      new Option('--parquet-writer <name>', 'the library that writes the lake (default: hyparquet)').choices([
        'hyparquet',
        'parquetjs',
      ]),
    )
    .option(
      '--paper-broker <exchanges>',
      'let the built-in paper broker follow them (NSE,BSE), none, or what config/execution says (config)',
    )
    .option('--real-time', "the machine's time, where a demo left a clock that stands")
    .action(async ({ realTime, ...options }: StartOptions, command: Command) => {
      const { env = 'local', output } = contextOf(command);
      if (realTime === true) {
        await stopLocalCloud(env, output);
        forgetClock(env);
      }
      const local = await startLocalCloud(env, options, output);
      showEndpoint(env, local, output);
      const clock = await localControl(local).clock();
      if (clock.mode === 'simulated') output.line(`its clock ${clockWords(clock)}; --real-time lets it run`);
      const { endpoint, pid, keys } = local;
      output.result({ ok: true, env, endpoint, pid, keys, clock });
    });
}

/** Shows where a local cloud is and how the tracker, an operator or a viewer reaches it. */
export function showEndpoint(env: string, { endpoint, region, keys }: LocalEndpoint, output: Output): void {
  output.line(`local cloud ${env}: ${endpoint}  (region ${region})`);
  output.table(
    ['role', 'access key', 'secret key'],
    Object.entries(keys).map(([role, key]) => [role, key.accessKeyId, key.secretAccessKey]),
  );
}
