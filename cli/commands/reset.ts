import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import { ENVIRONMENTS } from '../connection.ts';
import { contextOf } from '../context.ts';
import { removeEnvironment, requireNotDeployed, stopLocalCloud } from '../local-cloud.ts';

export function resetCommand(program: Command): void {
  program
    .command('reset')
    .description('stop a local environment and delete everything it holds')
    .option('--yes', 'really delete it')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { env = 'local', output } = contextOf(command);
      const folder = join(ENVIRONMENTS, env);
      if (!existsSync(folder)) {
        throw new NotFound(`environment ${env}: expected the folder ${folder}, was none; nothing to delete`);
      }
      requireNotDeployed(env);
      if (yes !== true) {
        throw new RejectedInput(
          `reset deletes all data of the local environment ${env}; say it again with --yes`,
        );
      }
      await stopLocalCloud(env, output);
      removeEnvironment(env);
      output.line(`environment ${env}: deleted`);
      output.result({ ok: true, env });
    });
}
