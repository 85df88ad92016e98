import { parseRecurrence } from './expression.ts';

export interface RetryPolicy {
  readonly MaximumEventAgeInSeconds: number;
  readonly MaximumRetryAttempts: number;
}

export interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn?: string;
  /** What the target is given, a text; placeholders like `<aws.scheduler.scheduled-time>` are filled in. */
  readonly Input?: string;
  readonly RetryPolicy: RetryPolicy;
  /** The queue for firings that were given up. */
  readonly DeadLetterConfig?: { readonly Arn: string };
}

export interface Schedule {
  readonly name: string;
  readonly GroupName: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly StartDate?: string;
  readonly EndDate?: string;
  readonly Target: ScheduleTarget;
}

export type Fields = Readonly<Record<string, unknown>>;

const SCHEDULE_FIELDS = [
  'name',
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'State',
  'StartDate',
  'EndDate',
  'FlexibleTimeWindow',
  'Target',
  'ActionAfterCompletion',
  'ClientToken',
  // Encryption at rest has no local behaviour.
  'KmsKeyArn',
];
const TARGET_FIELDS = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'];
const RETRY_FIELDS = ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];

/** A schedule that is refused; the message names the schedule and the field. */
export class InvalidSchedule extends Error {
  override readonly name = 'ValidationException';
}

/** Reads the CloudFormation properties of AWS::Scheduler::Schedule, or the body of Create/UpdateSchedule. */
export function parseSchedule(name: string, properties: Fields): Schedule {
  const where = `schedule "${name}"`;
  checkFields(properties, SCHEDULE_FIELDS, where);
  const window = asFields(properties['FlexibleTimeWindow'] ?? { Mode: 'OFF' }, where, 'FlexibleTimeWindow');
  if (window['Mode'] !== 'OFF') refuse(where, 'FlexibleTimeWindow.Mode', 'OFF', window['Mode']);
  const after = properties['ActionAfterCompletion'] ?? 'NONE';
  if (after !== 'NONE') refuse(where, 'ActionAfterCompletion', 'NONE', after);
  const state = properties['State'] ?? 'ENABLED';
  if (state !== 'ENABLED' && state !== 'DISABLED') refuse(where, 'State', 'ENABLED or DISABLED', state);
  const schedule: Schedule = {
    name,
    GroupName: text(properties, 'GroupName', where) ?? 'default',
    ScheduleExpression: required(properties, 'ScheduleExpression', where),
    ScheduleExpressionTimezone: text(properties, 'ScheduleExpressionTimezone', where) ?? 'UTC',
    State: state,
    Target: parseTarget(asFields(properties['Target'], where, 'Target'), where),
    ...optional(properties, ['Description', 'StartDate', 'EndDate'], where),
  };
  checkTimes(schedule, where);
  return schedule;
}

function parseTarget(target: Fields, where: string): ScheduleTarget {
  const here = `${where}, Target`;
  checkFields(target, TARGET_FIELDS, here);
  const policy = asFields(target['RetryPolicy'] ?? {}, here, 'RetryPolicy');
  checkFields(policy, RETRY_FIELDS, `${here}, RetryPolicy`);
  return {
    Arn: required(target, 'Arn', here),
    RetryPolicy: {
      MaximumEventAgeInSeconds: whole(policy, 'MaximumEventAgeInSeconds', here, 60, 86_400) ?? 86_400,
      MaximumRetryAttempts: whole(policy, 'MaximumRetryAttempts', here, 0, 185) ?? 185,
    },
    ...optional(target, ['RoleArn', 'Input'], here),
    ...deadLetterOf(target['DeadLetterConfig'], here),
  };
}

function deadLetterOf(value: unknown, where: string): Pick<ScheduleTarget, 'DeadLetterConfig'> {
  if (value === undefined) return {};
  const config = asFields(value, where, 'DeadLetterConfig');
  checkFields(config, ['Arn'], `${where}, DeadLetterConfig`);
  return { DeadLetterConfig: { Arn: required(config, 'Arn', `${where}, DeadLetterConfig`) } };
}

function checkTimes(schedule: Schedule, where: string): void {
  for (const field of ['StartDate', 'EndDate'] as const) {
    const value = schedule[field];
    if (value !== undefined && Number.isNaN(Date.parse(value))) refuse(where, field, 'an instant', value);
  }
  try {
    const timezone = schedule.ScheduleExpressionTimezone;
    parseRecurrence({ expression: schedule.ScheduleExpression, timezone, anchorMs: 0 });
  } catch (error) {
    throw new InvalidSchedule(`${where}: ${(error as Error).message}`);
  }
}

function refuse(where: string, field: string, expected: string, was: unknown): never {
  throw new InvalidSchedule(
    `${where}: ${field}: expected ${expected}, was ${JSON.stringify(was) ?? 'missing'}`,
  );
}

function checkFields(fields: Fields, allowed: readonly string[], where: string): void {
  const unknown = Object.keys(fields).find((field) => !allowed.includes(field));
  if (unknown === undefined) return;
  throw new InvalidSchedule(`${where}: expected one of ${allowed.join(', ')}, was unknown field ${unknown}`);
}

function asFields(value: unknown, where: string, field: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return refuse(where, field, 'an object', value);
}

function text(fields: Fields, field: string, where: string): string | undefined {
  const value = fields[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  return refuse(where, field, 'text', value);
}

function required(fields: Fields, field: string, where: string): string {
  return text(fields, field, where) ?? refuse(where, field, 'text', undefined);
}

function optional<K extends string>(
  fields: Fields,
  names: readonly K[],
  where: string,
): Partial<Record<K, string>> {
  const entries = names.map((name) => [name, text(fields, name, where)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Record<K, string>>;
}

function whole(
  fields: Fields,
  field: string,
  where: string,
  least: number,
  most: number,
): number | undefined {
  const value = fields[field] ?? undefined;
  if (value === undefined) return undefined;
  const isFine = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return isFine ? (value as number) : refuse(where, field, `a whole number within ${least}..${most}`, value);
}
