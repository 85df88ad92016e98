import { Argument, type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { Challenger, ChallengerBody } from '../../shared/domain/promotion/challenger.ts';
import { apiAs, contextOf } from '../context.ts';
import { type Shadow, showShadows } from '../shadow/show.ts';

interface Asked {
  readonly operator: string;
  readonly reason: string;
}

export function shadowCommand(program: Command): void {
  const shadow = program
    .command('shadow')
    .description('the challengers beside the live models, and what their sessions say; set or stop one')
    .addOption(new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]))
    .action(async ({ exchange }: { exchange?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const answer = await apiAs(connect(), 'operator').call<{ shadows: Shadow[] }>({
        method: 'GET',
        path: '/v1/shadow',
        query: exchange === undefined ? {} : { exchange },
      });
      showShadows(answer.shadows, output);
      output.result({ ok: true, ...answer });
    });
  changing(shadow, 'set', 'score a version beside the live one, on every request; it answers nobody')
    .argument('<version>', 'a registered version, whatever its verdict')
    .action(async (exchange: ChallengerBody['exchange'], version: string, asked: Asked, command: Command) => {
      const { output, connect } = contextOf(command);
      const api = apiAs(connect(), 'operator');
      const body = { exchange, action: 'set', version, ...asked };
      const challenger = await api.call<Challenger>({ method: 'POST', path: '/v1/shadow', body });
      output.line(`${exchange}: ${challenger.version} is scored beside the live version from now on`);
      output.result({ ok: true, challenger });
    });
  changing(shadow, 'stop', 'score the challenger no more; its evidence is kept').action(
    async (exchange: ChallengerBody['exchange'], asked: Asked, command: Command) => {
      const { output, connect } = contextOf(command);
      const api = apiAs(connect(), 'operator');
      const body = { exchange, action: 'stop', ...asked };
      const challenger = await api.call<Challenger>({ method: 'POST', path: '/v1/shadow', body });
      output.line(`${exchange}: ${challenger.version} is scored no more; its evidence is kept`);
      output.result({ ok: true, challenger });
    },
  );
}

function changing(shadow: Command, name: string, description: string): Command {
  return shadow
    .command(name)
    .description(description)
    .addArgument(new Argument('<exchange>').choices([...EXCHANGES]))
    .requiredOption('--operator <name>', 'who decides')
    .requiredOption('--reason <text>', 'why');
}
