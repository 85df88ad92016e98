import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { dynamoApprovals } from '../shared/adapters/dynamodb/approvals.ts';
import { sfnTaskTokens } from '../shared/adapters/stepfunctions/task-tokens.ts';
import type { Exchange } from '../shared/domain/market/snapshot.ts';
import type { Approval, ApprovalAnswer, ShownApproval } from '../shared/domain/promotion/approval.ts';
import { Conflict, NotFound, RejectedInput } from '../shared/errors.ts';
import type { Connection } from './connection.ts';
import { type Execution, untilEnded } from './executions.ts';
import { indianClock } from './indian-clock.ts';
import type { Output } from './output.ts';

export interface Answered {
  readonly exchange: Exchange;
  readonly target: string;
  /** The version that has to be the one that waits; any when left out. */
  readonly version?: string | undefined;
  readonly operator: string;
  readonly reason: string;
}

/** The promotion that waits for an operator; undefined when none does. */
export async function waitingFor(
  connection: Connection,
  { exchange, target }: Pick<Answered, 'exchange' | 'target'>,
): Promise<Approval | undefined> {
  const row = await approvalsOf(connection).current(exchange, target);
  return row?.status === 'waiting' ? row : undefined;
}

/**
 * Answers the promotion that waits and follows it to its end. Of two answers the first one counts.
 * @throws NotFound when none waits; RejectedInput when another version does, or nobody or no reason is named;
 * Conflict when it was answered before.
 */
export async function answerWaiting(
  connection: Connection,
  decision: 'approved' | 'rejected',
  asked: Answered,
): Promise<{ readonly approval: Approval; readonly execution: Execution }> {
  for (const name of ['operator', 'reason'] as const) {
    if (asked[name].trim() !== '') continue;
    throw new RejectedInput(`--${name}: expected words, was empty`, { field: name });
  }
  const approval = await theWaiting(connection, asked);
  const answer: ApprovalAnswer = { decision, operator: asked.operator, reason: asked.reason };
  try {
    await sfnTaskTokens(new SFNClient({ region: connection.region })).answer(approval.token, answer);
  } catch (error) {
    if (error instanceof Conflict) throw new Conflict(await answeredBefore(connection, approval));
    throw error;
  }
  return { approval, execution: await untilEnded(connection, approval.execution) };
}

async function theWaiting(connection: Connection, asked: Answered): Promise<Approval> {
  const { exchange, version } = asked;
  const waiting = await waitingFor(connection, asked);
  if (waiting === undefined) {
    const last = await approvalsOf(connection).current(exchange, asked.target);
    const was = last === undefined ? 'none' : `none: ${endOf(last)}`;
    throw new NotFound(`${exchange}: expected a promotion that waits for an answer, was ${was}`);
  }
  if (version === undefined || version === waiting.version) return waiting;
  throw new RejectedInput(
    `${exchange}: expected the version that waits, ${waiting.version}, was ${version}; leave it out to answer what waits`,
    { field: 'version' },
  );
}

async function answeredBefore(
  connection: Connection,
  { exchange, target, version, execution }: Approval,
): Promise<string> {
  const now = await approvalsOf(connection).current(exchange, target);
  const end = now?.execution === execution && now.status !== 'waiting' ? `: ${endOf(now)}` : '';
  return `${exchange}: expected a promotion that waits, was one that has been answered already, of ${version}${end}`;
}

/** Example: `2026-02-20-1a2b3c4d was rejected by asha on 2026-02-20 18:02:11: too few trades`. */
function endOf({ version, status, answered_by, answered_at, answer_reason }: Approval): string {
  const when = answered_at === null ? '' : ` on ${indianClock(answered_at)}`;
  return `${version} was ${status} by ${answered_by ?? 'nobody'}${when}: ${answer_reason ?? 'no reason given'}`;
}

/** One paragraph for each promotion that waits: what, until when, and the commands that answer it. */
export function showWaiting(waiting: readonly ShownApproval[], output: Output): void {
  for (const { exchange, version, compliance_class, open_until, verdict_key } of waiting) {
    output.line(
      `${exchange}: ${version} passed the gate and waits for approval until ${indianClock(open_until)} (change of ${compliance_class})`,
    );
    output.line(`  verdict: ${verdict_key ?? '-'} (./oi models report ${exchange} ${version})`);
    output.line(`  ./oi approve ${exchange} ${version} --operator NAME --reason TEXT, or ./oi reject ...`);
  }
}

function approvalsOf({ environment, region, tables }: Connection) {
  Object.assign(process.env, environment);
  return dynamoApprovals(new DynamoDBClient({ region }), tables['models'] as string);
}
