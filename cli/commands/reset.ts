import type { Command } from 'commander';
import { RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';
import { removeEnvironment, stopLocalCloud } from '../local-cloud.ts';

export function resetCommand(program: Command): void {
  program
    .command('reset')
    .description('stop a local environment and delete everything it holds')
    .option('--yes', 'really delete it')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { env = 'local', output } = contextOf(command);
      if (yes !== true) {
        throw new RejectedInput(
          `reset deletes all data of the local environment ${env}; say it again with --yes`,
        );
      }
      await stopLocalCloud(env);
      removeEnvironment(env);
      output.line(`environment ${env}: deleted`);
      output.result({ ok: true, env });
    });
}
