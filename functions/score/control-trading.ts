import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import type { Observation } from '../../shared/domain/alerts/observation.ts';
import { breakerOpen } from '../../shared/domain/alerts/rules/breaker-open.ts';
import { sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Control, controlBodySchema, planControl } from '../../shared/domain/risk/control.ts';
import { accountTotals } from '../../shared/domain/risk/totals.ts';
import { openBreakers } from '../../shared/domain/scoring/open-breakers.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';

interface Ports {
  readonly risk: Pick<RiskStore, 'lastControl' | 'control' | 'book'>;
  readonly toAudit: MessageQueue;
  readonly toAlert: MessageQueue;
  readonly policy: RiskPolicy;
  readonly clock: Clock;
}

/**
 * Halts trading or lets it go on, and keeps who did it, when, why and with whose keys. Every answer from then on sees
 * it; it gets its place in the audit log. The alert stage is told how the breakers of the exchanges stand now.
 * @throws RejectedInput naming the field that is wrong; Conflict when somebody was faster.
 */
export function controlTrading({ risk, toAudit, toAlert, policy, clock }: Ports) {
  return async (body: unknown, caller: string | null): Promise<Control> => {
    const parsed = controlBodySchema.safeParse(body);
    if (!parsed.success) {
      const { issues } = parsed.error;
      const field = issues[0]?.path.join('.') || 'body';
      throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
    }
    const { scope } = parsed.data;
    const nowMs = clock();
    const order = planControl(await risk.lastControl(scope), parsed.data, { at: utcIso(nowMs), caller });
    await risk.control(order);
    const { at, revision } = order;
    await toAudit.sendAll([{ kind: 'control', scope, at, revision } satisfies AuditRef]);
    const book = await risk.book();
    await toAlert.sendAll(
      (scope === 'all' ? EXCHANGES : [scope]).map((one) => observation(one, book, policy, nowMs)),
    );
    return order;
  };
}

function observation(
  exchange: Exchange,
  book: Awaited<ReturnType<RiskStore['book']>>,
  policy: RiskPolicy,
  nowMs: number,
): Observation {
  const account = accountTotals(exchange, book, {
    date: sessionDate(nowMs),
    accountRupees: policy.account_rupees,
    shortMargin: policy.short_margin,
  });
  const open = openBreakers({ account, live: null }, policy);
  const check = breakerOpen({ exchange, triggered: open.length > 0, reason: open.join('; ') });
  return { kind: 'check', rule: 'breaker-open', exchange, check };
}
