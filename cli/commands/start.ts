import { type Command, Option } from 'commander';
import type { LocalEndpoint } from '../connection.ts';
import { contextOf } from '../context.ts';
import { startLocalCloud } from '../local-cloud.ts';
import type { Output } from '../output.ts';

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
    .action(async (options: { parquetWriter?: string }, command: Command) => {
      const { env = 'local', output } = contextOf(command);
      const local = await startLocalCloud(env, options, output);
      showEndpoint(env, local, output);
      output.result({ ok: true, env, endpoint: local.endpoint, pid: local.pid, keys: local.keys });
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
