import * as z from 'zod';
import { ALERT_RULES, type AlertRuleId, findingSchema } from './alert-state.ts';
import type { Check } from './check.ts';
import { approvalWaits } from './rules/approval-waits.ts';
import { bakingAlarm } from './rules/baking-alarm.ts';
import { gateRefused } from './rules/gate-refused.ts';
import { modelSwitched } from './rules/model-switched.ts';
import { promotionOverride } from './rules/promotion-override.ts';
import { stageFailed } from './rules/stage-failed.ts';

const words = z.string().min(1);

const checkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('breached'), finding: findingSchema }),
  z.object({ kind: z.literal('clear'), subject: z.string().nullable() }),
  z.object({ kind: z.literal('unknown') }),
  z.object({ kind: z.literal('event'), finding: findingSchema }),
]);

/**
 * A message on the queue to the alert stage: what a watching stage has judged itself, or a bare fact of a state machine
 * (how a stage ended, what the gate said, which bundle is live now, which promotion waits or was taken back).
 */
export const observationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('check'), rule: z.enum(ALERT_RULES), exchange: words, check: checkSchema }),
  z.object({
    kind: z.literal('stage_run'),
    stage: words,
    exchange: words,
    /** Null when it succeeded. `message` may be the JSON that Lambda gives as a cause. */
    error: z.object({ name: words, message: z.string() }).nullable(),
    execution: words.nullable(),
  }),
  z.object({
    kind: z.literal('switch'),
    exchange: words,
    from_version: words.nullable(),
    to_version: words.nullable(),
    operator: z.string(),
    reason: z.string(),
    override: z.boolean(),
    execution: words.nullable(),
  }),
  z.object({
    kind: z.literal('verdict'),
    exchange: words,
    version: words,
    pass: z.boolean(),
    /** Names of the rules that failed. */
    failed: z.array(z.string()),
    /** Lake key of the written verdict. */
    report: words,
  }),
  z.object({
    kind: z.literal('approval'),
    exchange: words,
    version: words,
    status: z.enum(['waiting', 'approved', 'rejected', 'expired', 'superseded']),
    from_version: words.nullable(),
    compliance_class: words,
    report: words.nullable(),
    open_until: words,
  }),
  z.object({
    kind: z.literal('baking'),
    exchange: words,
    version: words,
    previous_version: words.nullable(),
    since: words,
    alarm: words,
    why: words,
  }),
]);
export type Observation = z.infer<typeof observationSchema>;

/** What one rule says about one exchange. */
export interface RuleCheck {
  readonly rule: AlertRuleId;
  readonly exchange: string;
  readonly check: Check;
}

/** The checks that an observation is about. Example: a succeeded stage run is one `clear` of `stage-failed`. */
export function checksOf(observation: Observation): RuleCheck[] {
  const { exchange } = observation;
  if (observation.kind === 'check') return [{ rule: observation.rule, exchange, check: observation.check }];
  if (observation.kind === 'stage_run') {
    const { error } = observation;
    const run = { ...observation, error: error && { ...error, message: failureMessage(error.message) } };
    return [{ rule: 'stage-failed', exchange, check: stageFailed(run) }];
  }
  if (observation.kind === 'verdict') {
    return [{ rule: 'gate-refused', exchange, check: gateRefused(observation) }];
  }
  if (observation.kind === 'approval') {
    return [{ rule: 'approval-waits', exchange, check: approvalWaits(observation) }];
  }
  if (observation.kind === 'baking') {
    return [{ rule: 'baking-alarm', exchange, check: bakingAlarm(observation) }];
  }
  return [
    { rule: 'model-switched', exchange, check: modelSwitched(observation, observation.execution) },
    { rule: 'promotion-override', exchange, check: promotionOverride(observation) },
  ];
}

/** The words of a failed task. Example: `failureMessage('{"errorMessage":"no verdict"}')` is `no verdict`. */
export function failureMessage(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string } | null)?.errorMessage ?? cause;
  } catch {
    return cause || 'no reason given';
  }
}
