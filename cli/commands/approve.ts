import { Argument, type Command } from 'commander';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { answerWaiting } from '../approvals.ts';
import { contextOf } from '../context.ts';
import { switchedBy } from './promote.ts';

export interface AnswerOptions {
  readonly operator: string;
  readonly reason: string;
  readonly target: string;
}

export function approveCommand(program: Command): void {
  answerCommand(
    program,
    'approve',
    'let the promotion go on that waits: verified again, switched, confirmed',
  ).action(
    async (exchange: Exchange, version: string | undefined, options: AnswerOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const asked = { exchange, version, ...options };
      const { execution } = await answerWaiting(connect(), 'approved', asked);
      const switched = switchedBy(execution, `approve ${exchange}`);
      output.line(
        `${exchange}: ${switched.to} is live (before: ${switched.from ?? 'none'}), confirmed through the API`,
      );
      output.result({ ok: true, ...switched });
    },
  );
}

/** What both answers to a promotion that waits take. */
export function answerCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addArgument(new Argument('<exchange>').choices([...EXCHANGES]))
    .argument('[version]', 'the version that has to be the one that waits')
    .requiredOption('--operator <name>', 'who decides')
    .requiredOption('--reason <text>', 'why')
    .option('--target <target>', 'what the model predicts', PRODUCTION_TARGET);
}
