import { Cron } from 'croner';

/** The instants at which a schedule is due. */
export interface Recurrence {
  /** The first instant after `afterMs` (epoch milliseconds), or null when there is none. */
  nextAfter(afterMs: number): number | null;
}

export interface RecurrenceOptions {
  readonly expression: string;
  /** IANA zone of cron(..) and at(..). */
  readonly timezone: string;
  /** rate(..) counts from here. */
  readonly anchorMs: number;
}

const FORM = /^(rate|cron|at)\((.+)\)$/;
const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The highest value of minutes, hours, days, months, weekdays and years: `0/15` means `0-<highest>/15`. */
const HIGHEST = [59, 23, 31, 12, 7, 2199];

/**
 * Reads a schedule expression of EventBridge Scheduler: `rate(15 minutes)`, `cron(0 16 ? * MON-FRI *)` with its six
 * fields, or `at(2025-12-04T16:00:00)`. A rate is first due one period after its anchor.
 * @example parseRecurrence({ expression: 'rate(1 hour)', timezone: 'UTC', anchorMs: 0 }).nextAfter(0) // 3600000
 */
export function parseRecurrence({ expression, timezone, anchorMs }: RecurrenceOptions): Recurrence {
  const [, form, body = ''] = FORM.exec(expression.trim()) ?? [];
  try {
    if (form === 'rate') return rate(body, anchorMs);
    if (form === 'cron') return fromCron(cronPattern(body), timezone);
    if (form === 'at') return fromCron(atPattern(body), timezone);
  } catch (error) {
    throw new Error(
      `ScheduleExpression: expected a valid ${form}(..), was ${expression} (${(error as Error).message})`,
    );
  }
  throw new Error(`ScheduleExpression: expected rate(..), cron(..) or at(..), was ${expression}`);
}

function rate(body: string, anchorMs: number): Recurrence {
  const [, count, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body.trim()) ?? [];
  if (count === undefined) throw new Error('a number and minutes, hours or days');
  const periodMs = Number(count) * UNITS_MS[unit]!;
  return {
    nextAfter: (afterMs) =>
      anchorMs + Math.max(1, Math.floor((afterMs - anchorMs) / periodMs) + 1) * periodMs,
  };
}

function cronPattern(body: string): string {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw new Error(`six fields, was ${fields.length}`);
  if ((fields[2] === '?') === (fields[4] === '?')) throw new Error('one ? in day of month or day of week');
  const written = fields.map((field, index) => field.replace(/(^|,)(\d+)\//g, `$1$2-${HIGHEST[index]}/`));
  return ['0', ...written].join(' ');
}

function atPattern(body: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw new Error('yyyy-mm-ddThh:mm:ss');
  return body;
}

function fromCron(pattern: string, timezone: string): Recurrence {
  assertTimezone(timezone);
  const cron = new Cron(pattern, { paused: true, timezone, alternativeWeekdays: true, domAndDow: true });
  return { nextAfter: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null };
}

function assertTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new Error(`an IANA time zone, was ${timezone}`);
  }
}

/** How far back the latest occurrence is looked for, nearest first, so that a fine schedule costs few steps. */
const LOOK_BACK_MS = [1, 24, 24 * 31, 24 * 366].map((hours) => hours * 3_600_000);

/** The last instant within (afterMs, untilMs], at most a year before `untilMs`; null when there is none. */
export function latestWithin(recurrence: Recurrence, afterMs: number, untilMs: number): number | null {
  for (const lookBackMs of LOOK_BACK_MS) {
    let latest: number | null = null;
    let next = recurrence.nextAfter(Math.max(afterMs, untilMs - lookBackMs));
    while (next !== null && next <= untilMs) {
      latest = next;
      next = recurrence.nextAfter(next);
    }
    if (latest !== null) return latest;
    if (untilMs - lookBackMs <= afterMs) return null;
  }
  return null;
}
