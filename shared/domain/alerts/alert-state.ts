import * as z from 'zod';

export const ALERT_RULES = [
  'feature-drift',
  'feature-parity',
  'drawdown-limit',
  'latency-high',
  'data-stale',
  'data-flagged',
  'stage-failed',
  'gate-refused',
  'approval-waits',
  'promotion-override',
  'model-switched',
  'baking-alarm',
  'breaker-open',
  'calendar-ends',
  'record-too-long',
] as const;
export type AlertRuleId = (typeof ALERT_RULES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule found: in plain words with the numbers, and what to do next. */
export const findingSchema = z.object({
  rule: z.enum(ALERT_RULES),
  /** An exchange, or `ALL`. */
  exchange: z.string().min(1),
  /** What within the exchange it is about (a stage, a model version, `features`): another subject is news. */
  subject: z.string().min(1),
  severity: z.enum(SEVERITIES),
  /** One line: `NSE: drift in 7 of 78 features`. */
  title: z.string().min(1),
  /** What happened, with numbers. */
  what: z.string().min(1),
  /** What a person should do. */
  next: z.string().min(1),
  /** The numbers themselves, by name. */
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
});
export type Finding = z.infer<typeof findingSchema>;

/** The life of one alert (rule and exchange), kept between checks. */
export const alertStateSchema = z.object({
  rule: z.enum(ALERT_RULES),
  exchange: z.string().min(1),
  status: z.enum(['open', 'recovered']),
  finding: findingSchema,
  opened_at: z.iso.datetime({ offset: true }),
  last_seen_at: z.iso.datetime({ offset: true }),
  /** When people were last told; a still open alert is repeated only after the policy's pause. */
  last_notified_at: z.iso.datetime({ offset: true }),
  recovered_at: z.iso.datetime({ offset: true }).nullable(),
  /** Checks that found it since it opened. */
  occurrences: z.number().int().positive(),
  /** Counts the row's changes from 1; conditional writes expect one less. */
  revision: z.number().int().positive(),
});
export type AlertState = z.infer<typeof alertStateSchema>;
