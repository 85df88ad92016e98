import type { Command } from 'commander';
import { readLocalEndpoint, runningEnvironments } from '../connection.ts';
import { contextOf } from '../context.ts';
import { showEndpoint } from './start.ts';

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('which local clouds run, where, and with which keys')
    .action((_options, command: Command) => {
      const { env, output } = contextOf(command);
      const names = runningEnvironments().filter((name) => env === undefined || name === env);
      if (names.length === 0) output.line('no local cloud is running; start one with ./oi start');
      const environments = names.flatMap((name) => {
        const local = readLocalEndpoint(name);
        if (local === undefined) return [];
        showEndpoint(name, local, output);
        const { endpoint, region, pid, keys } = local;
        return [{ env: name, endpoint, region, pid, keys }];
      });
      output.result({ ok: true, running: names, environments });
    });
}
