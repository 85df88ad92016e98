import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type Approval,
  type ApprovalAnswer,
  openApproval,
  type ShownApproval,
  shownApprovalSchema,
} from '../../shared/domain/promotion/approval.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Approvals } from '../../shared/ports/approvals.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { TaskTokens } from '../../shared/ports/task-tokens.ts';
import { approvalObservation } from './approval-observation.ts';
import type { PromotionRequest } from './promotion-request.ts';
import type { SwitchPlan } from './verify-promotion.ts';

/** Executions that race for the same place settle it within this many tries. */
const MAX_TRIES = 5;

interface Ports {
  readonly approvals: Approvals;
  readonly tokens: TaskTokens;
  readonly toAlert: MessageQueue;
  readonly clock: Clock;
}

export interface ApprovalQuestion {
  readonly request: PromotionRequest;
  /** The promotion as it was verified. */
  readonly plan: SwitchPlan;
  /** What the answer goes to. */
  readonly token: string;
}

/**
 * Opens a promotion that waits for an operator, in the place of an older one, whose execution is told so, and tells
 * people. The older one ends before the newer one stands in the table: two never wait.
 * @throws RejectedInput without an execution or an expiry; Conflict when others kept being faster.
 */
export function askApproval(ports: Ports) {
  return async (question: ApprovalQuestion): Promise<ShownApproval> => {
    const approval = await takePlace(ports, question);
    const { history } = question.plan.change;
    await ports.toAlert.sendAll([approvalObservation(approval, history.from_version)]);
    return shownApprovalSchema.parse(approval);
  };
}

async function takePlace(ports: Ports, { request, plan, token }: ApprovalQuestion): Promise<Approval> {
  const { exchange, target, execution, approval } = request;
  if (execution === null || approval === null) {
    throw new RejectedInput('approval: expected an execution that waits and its days to expire, was none');
  }
  const { version } = plan.pointer;
  for (let attempt = 1; ; attempt++) {
    const current = await ports.approvals.current(exchange, target);
    const next = openApproval(current, {
      ...{ history: plan.change.history, version, execution, token },
      now: utcIso(ports.clock()),
      expiresAfterDays: approval.expires_after_days,
    });
    if (current?.status === 'waiting' && current.execution !== execution) {
      await supersede(ports.tokens, current, version);
    }
    try {
      await ports.approvals.put(next);
      return next;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === MAX_TRIES) throw error;
    }
  }
}

/** Somebody may have answered it at this moment: then it goes its own way, and leaves the place all the same. */
async function supersede(tokens: TaskTokens, older: Approval, version: string): Promise<void> {
  const answer: ApprovalAnswer = {
    decision: 'superseded',
    operator: 'oi-loop',
    reason: `candidate ${version} came after it`,
  };
  try {
    await tokens.answer(older.token, answer);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}
