import type { Command } from 'commander';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { answerWaiting } from '../approvals.ts';
import { contextOf } from '../context.ts';
import { machineFailure } from '../executions.ts';
import { type AnswerOptions, answerCommand } from './approve.ts';

export function rejectCommand(program: Command): void {
  answerCommand(program, 'reject', 'turn down the promotion that waits; production stays as it is').action(
    async (exchange: Exchange, version: string | undefined, options: AnswerOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const asked = { exchange, version, ...options };
      const { approval, execution } = await answerWaiting(connect(), 'rejected', asked);
      if (execution.status !== 'SUCCEEDED') throw machineFailure(`reject ${exchange}`, execution);
      output.line(`${exchange}: ${approval.version} is rejected; production stays as it is`);
      output.result({ ok: true, ...execution.output });
    },
  );
}
