import type { Command } from 'commander';
import { runningEnvironments } from '../connection.ts';
import { contextOf } from '../context.ts';
import { stopLocalCloud } from '../local-cloud.ts';

export function stopCommand(program: Command): void {
  program
    .command('stop')
    .description('stop the local cloud (all that run, or the one named by --env); nothing is lost')
    .action(async (_options, command: Command) => {
      const { env, output } = contextOf(command);
      const stopped: string[] = [];
      for (const name of env === undefined ? runningEnvironments() : [env]) {
        if (await stopLocalCloud(name, output)) stopped.push(name);
      }
      output.line(stopped.length === 0 ? 'no local cloud was running' : `stopped: ${stopped.join(', ')}`);
      output.result({ ok: true, stopped });
    });
}
