import { utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type Approval,
  type ApprovalAnswer,
  settleApproval,
} from '../../shared/domain/promotion/approval.ts';
import { declinedHistory } from '../../shared/domain/promotion/declined.ts';
import { withStatus } from '../../shared/domain/promotion/plan.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { Conflict } from '../../shared/errors.ts';
import type { Approvals } from '../../shared/ports/approvals.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { approvalObservation } from './approval-observation.ts';
import { askedVersion } from './asked-version.ts';
import type { PromotionRequest } from './promotion-request.ts';

const MAX_TRIES = 5;

interface Ports {
  readonly models: ModelRegistry;
  readonly approvals: Approvals;
  readonly toAlert: MessageQueue;
  readonly clock: Clock;
}

export interface Settled {
  readonly exchange: PromotionRequest['exchange'];
  readonly target: string;
  readonly version: string | null;
  readonly decision: ApprovalAnswer['decision'];
  readonly operator: string;
  readonly reason: string;
}

/**
 * Keeps the answer to a promotion that waited. Anything but an approval goes into the deployment history, and a version
 * that an operator turned down is `rejected`; nothing is switched here. Tried again it changes nothing twice.
 */
export function settleApprovals(ports: Ports) {
  return async ({
    request,
    answer,
  }: {
    readonly request: PromotionRequest;
    readonly answer: ApprovalAnswer;
  }): Promise<Settled> => {
    const { exchange, target } = request;
    if (answer.decision !== 'approved') await decline(ports, request, answer);
    const approval = await settleRow(ports, request, answer);
    if (approval !== null) await ports.toAlert.sendAll([approvalObservation(approval, null)]);
    return { exchange, target, version: request.version ?? null, ...answer };
  };
}

async function decline(
  { models, clock }: Ports,
  request: PromotionRequest,
  { decision, operator, reason }: ApprovalAnswer,
): Promise<void> {
  if (decision === 'approved') return;
  const row = await askedVersion(models, request);
  const history = declinedHistory({
    ...request,
    ...{ event: decision, operator, reason, row },
    pointer: (await models.livePointer(request.exchange, request.target)) ?? null,
    version: request.version ?? null,
    refusal: REFUSALS[decision],
    now: utcIso(clock()),
  });
  await models.apply({ versions: decision === 'rejected' ? turnedDown(row) : [], history });
}

const REFUSALS = {
  rejected: 'an operator turned it down',
  expired: 'nobody answered in time',
  superseded: 'a newer candidate took its place',
} as const;

/** What went live by another way meanwhile keeps its status. */
function turnedDown(row: ModelVersion | null): ModelVersion[] {
  return row?.status === 'approved' ? [withStatus(row, 'rejected')] : [];
}

async function settleRow(
  { approvals, clock }: Ports,
  { exchange, target, execution }: PromotionRequest,
  answer: ApprovalAnswer,
): Promise<Approval | null> {
  for (let attempt = 1; ; attempt++) {
    const current = await approvals.current(exchange, target);
    const settled = settleApproval(current, execution ?? '', answer, utcIso(clock()));
    if (settled === null) return null;
    try {
      await approvals.put(settled);
      return settled;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === MAX_TRIES) throw error;
    }
  }
}
