import { Argument, type Command } from 'commander';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { Conflict, InvariantViolated, RejectedInput } from '../../shared/errors.ts';
import { answerWaiting, waitingFor } from '../approvals.ts';
import type { Connection } from '../connection.ts';
import { contextOf } from '../context.ts';
import { causeText, type Execution, runMachine } from '../executions.ts';

interface PromoteOptions {
  readonly operator: string;
  readonly reason: string;
  readonly target: string;
  readonly override?: boolean;
}

export function promoteCommand(program: Command): void {
  program
    .command('promote')
    .description('make a candidate live: verified, switched in one transaction, confirmed through the API')
    .addArgument(new Argument('<exchange>').choices([...EXCHANGES]))
    .argument('<version>', 'the model version, as ./oi nightly or GET /v1/models shows it')
    .requiredOption('--operator <name>', 'who decides')
    .requiredOption('--reason <text>', 'why')
    .option('--target <target>', 'what the model predicts', PRODUCTION_TARGET)
    .option('--override', 'against a missing or failing verdict; recorded and alerted')
    .action(async (exchange: string, version: string, options: PromoteOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const switched = await runPromotion(connect(), { action: 'promote', exchange, version, ...options });
      output.line(
        `${exchange}: ${switched.to} is live (before: ${switched.from ?? 'none'}), confirmed through the API`,
      );
      output.result({ ok: true, ...switched });
    });
}

interface PromotionInput extends PromoteOptions {
  readonly action: 'promote' | 'rollback';
  readonly exchange: string;
  readonly version?: string;
}

export interface Switched extends Record<string, unknown> {
  readonly from: string | null;
  readonly to: string;
  readonly compliance_class: string;
}

/**
 * Runs the promotion machine, or lets the promotion of this version go on that waits; the history has recorded whatever
 * becomes of it. @throws as switchedBy.
 */
export async function runPromotion(connection: Connection, input: PromotionInput): Promise<Switched> {
  return switchedBy(await runOrApprove(connection, input), `${input.action} ${input.exchange}`);
}

async function runOrApprove(connection: Connection, input: PromotionInput): Promise<Execution> {
  const { action, version, operator, reason, target } = input;
  const exchange = input.exchange as Exchange;
  if (action === 'promote' && operator.trim() !== '' && reason.trim() !== '') {
    const waiting = await waitingFor(connection, { exchange, target });
    if (waiting !== undefined && waiting.version === version) {
      const asked = { exchange, target, version, operator, reason };
      return (await answerWaiting(connection, 'approved', asked)).execution;
    }
  }
  return runMachine(connection, connection.promotionMachineArn, input);
}

/**
 * What a promotion that ended has switched. @throws RejectedInput with the refusal, Conflict when somebody was faster,
 * InvariantViolated when the new version was taken back or a task failed.
 */
export function switchedBy(execution: Execution, doing: string): Switched {
  if (execution.status === 'SUCCEEDED') return execution.output as Switched;
  const said = `${doing}: ${causeText(execution.cause)}`;
  if (execution.error === 'RejectedInput' || execution.error === 'NotFound') throw new RejectedInput(said);
  if (execution.error === 'Conflict') throw new Conflict(said);
  throw new InvariantViolated(said);
}
