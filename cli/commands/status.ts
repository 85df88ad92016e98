import type { Command } from 'commander';
import type { ShownApproval } from '../../shared/domain/promotion/approval.ts';
import { showWaiting } from '../approvals.ts';
import { connect, readLocalEndpoint, runningEnvironments } from '../connection.ts';
import { apiAs, contextOf } from '../context.ts';
import type { Output } from '../output.ts';
import { showEndpoint } from './start.ts';

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('which local clouds run, where, with which keys, and which promotions wait for approval')
    .action(async (_options, command: Command) => {
      const { env, output } = contextOf(command);
      const names = runningEnvironments().filter((name) => env === undefined || name === env);
      if (names.length === 0) output.line('no local cloud is running; start one with ./oi start');
      const environments = [];
      for (const name of names) {
        const local = readLocalEndpoint(name);
        if (local === undefined) continue;
        showEndpoint(name, local, output);
        const { endpoint, region, pid, keys } = local;
        environments.push({ env: name, endpoint, region, pid, keys, waiting: await waitingIn(name, output) });
      }
      output.result({ ok: true, running: names, environments });
    });
}

/** The promotions that wait in an environment; null where it does not answer. */
async function waitingIn(name: string, output: Output): Promise<readonly ShownApproval[] | null> {
  try {
    const api = apiAs(connect(name), 'operator');
    const { waiting = [] } = await api.call<{ waiting?: ShownApproval[] }>({
      method: 'GET',
      path: '/v1/models',
    });
    showWaiting(waiting, output);
    return waiting;
  } catch (error) {
    output.line(`  the API of ${name} does not answer: ${(error as Error).message}`);
    return null;
  }
}
