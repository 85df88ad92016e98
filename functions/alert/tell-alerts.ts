import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { type Advanced, advance } from '../../shared/domain/alerts/advance.ts';
import type { AlertPolicy } from '../../shared/domain/alerts/alert-policy.ts';
import { emailMessage } from '../../shared/domain/alerts/email-message.ts';
import { checksOf, observationSchema, type RuleCheck } from '../../shared/domain/alerts/observation.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { AlertStore } from '../../shared/ports/alert-store.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Topic } from '../../shared/ports/topic.ts';

/** Consumers that race for the same alert settle it within this many tries. */
const MAX_TRIES = 5;

interface Ports {
  readonly alerts: AlertStore;
  readonly topic: Topic;
  readonly policy: AlertPolicy;
  readonly clock: Clock;
}

/**
 * Takes one observation: opens, counts or closes the alerts it is about and tells people what is news. People are told
 * before the state is kept: a crash in between repeats a message, it never loses one.
 * @returns how many messages were sent
 * @throws RejectedInput naming what is wrong with the observation; Conflict when others kept being faster.
 */
export function tellAlerts(ports: Ports) {
  return async (message: unknown): Promise<number> => {
    const parsed = observationSchema.safeParse(message);
    if (!parsed.success) {
      const { issues } = parsed.error;
      const field = issues[0]?.path.join('.') || 'observation';
      throw new RejectedInput(describeIssue(issues, message, plainWording('observation')), { field });
    }
    let told = 0;
    for (const check of checksOf(parsed.data)) told += (await settle(ports, check)) ? 1 : 0;
    return told;
  };
}

async function settle(ports: Ports, { rule, exchange, check }: RuleCheck): Promise<boolean> {
  let told = false;
  for (let attempt = 1; ; attempt++) {
    const previous = await ports.alerts.state(rule, exchange);
    const step = advance(previous, check, utcIso(ports.clock()), ports.policy);
    if (!told) told = await tell(ports.topic, step.notice);
    if (step.state === null) return told;
    try {
      await ports.alerts.put(step.state);
      return told;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === MAX_TRIES) throw error;
    }
  }
}

async function tell(topic: Topic, notice: Advanced['notice']): Promise<boolean> {
  if (notice === null) return false;
  const { rule, exchange, finding } = notice.state;
  const attributes = { rule, exchange, severity: finding.severity, notice: JSON.stringify(notice) };
  await topic.publish({ ...emailMessage(notice), attributes });
  return true;
}
