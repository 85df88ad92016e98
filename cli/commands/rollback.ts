import { Argument, type Command } from 'commander';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { contextOf } from '../context.ts';
import { runPromotion } from './promote.ts';

interface RollbackOptions {
  readonly operator: string;
  readonly reason: string;
  readonly target: string;
  readonly override?: boolean;
}

export function rollbackCommand(program: Command): void {
  program
    .command('rollback')
    .description('return to the version that was live before')
    .addArgument(new Argument('<exchange>').choices([...EXCHANGES]))
    .requiredOption('--operator <name>', 'who decides')
    .requiredOption('--reason <text>', 'why')
    .option('--target <target>', 'what the model predicts', PRODUCTION_TARGET)
    .option('--override', 'to a version without a passing verdict; recorded and alerted')
    .action(async (exchange: string, options: RollbackOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const switched = await runPromotion(connect(), { action: 'rollback', exchange, ...options });
      output.line(`${exchange}: back to ${switched.to} (was ${switched.from}), confirmed through the API`);
      output.result({ ok: true, ...switched });
    });
}
