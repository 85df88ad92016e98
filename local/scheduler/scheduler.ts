import { createHash } from 'node:crypto';
import type { LocalClock, ScheduledTask, SwitchableClock } from '../clock.ts';
import type { LocalRequest, LocalResponse, LocalService } from '../service.ts';
import { answer } from './api.ts';
import { latestWithin, parseRecurrence, type Recurrence } from './expression.ts';
import { fillPlaceholders } from './placeholders.ts';
import { type Fields, InvalidSchedule, parseSchedule, type Schedule } from './schedule.ts';
import { type Delivery, type ScheduleRecord, ScheduleStore } from './store.ts';

/** What a target is asked to do. */
export interface TargetInvocation {
  readonly arn: string;
  /** The schedule's Input with its placeholders filled in; `{}` when it has none. */
  readonly input: string;
  readonly scheduleName: string;
  readonly scheduledMs: number;
  /** The same for all attempts of one firing, also after a restart. */
  readonly executionId: string;
}

export interface GivenUp {
  readonly invocation: TargetInvocation;
  /** What the last attempt rejected with. */
  readonly error: unknown;
  /** The queue that the schedule's DeadLetterConfig names: the invocation's input belongs there. */
  readonly deadLetterArn?: string;
}

/** Delivers one firing; when it rejects, the delivery is retried as the schedule's RetryPolicy says. */
export type InvokeTarget = (invocation: TargetInvocation) => Promise<unknown>;

export interface SchedulerOptions {
  /** Where the state is kept; made when missing. */
  readonly directory: string;
  /** When the clock can be set back, `onChange` lets the schedules follow. */
  readonly clock: LocalClock & Partial<Pick<SwitchableClock, 'onChange'>>;
  readonly invokeTarget: InvokeTarget;
  readonly accountId: string;
  readonly region: string;
  /** Told of each firing that is given up after its last retry; without it no schedule may have a dead-letter queue. */
  readonly onGivenUp?: (givenUp: GivenUp) => void;
}

/** The first retry waits this long, each later one twice as long as the one before, up to an hour. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;

/**
 * EventBridge Scheduler on this machine. Each firing is written down before its target is invoked: after a
 * restart none is repeated that was delivered, and the last one missed meanwhile is made up for.
 */
export class SchedulerService implements LocalService {
  readonly #store: ScheduleStore;
  readonly #options: SchedulerOptions;
  readonly #armed = new Map<string, ScheduledTask>();
  readonly #retries = new Set<ScheduledTask>();
  readonly #recurrences = new Map<string, Recurrence>();
  readonly #unsubscribe: (() => void) | undefined;
  #isRunning = false;
  #lastMs: number;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#store = new ScheduleStore(options.directory);
    this.#lastMs = options.clock.nowMs();
    this.#unsubscribe = options.clock.onChange?.(({ nowMs }) => this.#followClock(nowMs));
  }

  /**
   * Creates a schedule from its CloudFormation properties. Declaring the same again changes nothing, so that
   * what an operator has updated since is kept; another declaration replaces the schedule.
   */
  createSchedule({ name, ...properties }: { readonly name: string } & Fields): void {
    const schedule = parseSchedule(name, properties);
    const declared = JSON.stringify(schedule);
    if (this.#store.get(name)?.declared === declared) return;
    this.#put(schedule, declared);
  }

  /** Replaces a schedule, as UpdateSchedule does: what `properties` leave out falls back to its default. */
  updateSchedule(name: string, properties: Fields): void {
    const { declared } = this.getSchedule(name);
    this.#put(parseSchedule(name, properties), declared);
  }

  deleteSchedule(name: string): void {
    this.getSchedule(name);
    this.#store.delete(name);
    this.#disarm(name);
  }

  /** Throws a `ResourceNotFoundException` when there is none of that name. */
  getSchedule(name: string): ScheduleRecord {
    const record = this.#store.get(name);
    if (record !== undefined) return record;
    const error = new Error(`expected the name of a schedule, was ${name}`);
    error.name = 'ResourceNotFoundException';
    throw error;
  }

  hasSchedule(name: string): boolean {
    return this.#store.get(name) !== undefined;
  }

  listSchedules(): ScheduleRecord[] {
    return this.#store.list();
  }

  arnOf({ GroupName, name }: Schedule): string {
    const { region, accountId } = this.#options;
    return `arn:aws:scheduler:${region}:${accountId}:schedule/${GroupName}/${name}`;
  }

  /** Begins to fire; call it once all targets are there. Deliveries that a former process left open come first. */
  resume(): void {
    this.#isRunning = true;
    this.#store.rewind(this.#options.clock.nowMs());
    for (const delivery of this.#store.deliveries()) this.#deliverAt(delivery);
    for (const { name } of this.#store.list()) this.#arm(name);
  }

  handle(request: LocalRequest): Promise<LocalResponse> {
    return answer(this, request);
  }

  async close(): Promise<void> {
    this.#isRunning = false;
    this.#unsubscribe?.();
    for (const name of [...this.#armed.keys()]) this.#disarm(name);
    for (const retry of this.#retries) retry.cancel();
    this.#store.close();
  }

  #put(schedule: Schedule, declared: string): void {
    const { DeadLetterConfig } = schedule.Target;
    if (DeadLetterConfig !== undefined && this.#options.onGivenUp === undefined) {
      const what = `schedule "${schedule.name}": Target, DeadLetterConfig`;
      throw new InvalidSchedule(`${what}: expected a scheduler with onGivenUp, was one without`);
    }
    this.#store.put(schedule, declared, this.#options.clock.nowMs());
    this.#arm(schedule.name);
  }

  #disarm(name: string): void {
    this.#armed.get(name)?.cancel();
    this.#armed.delete(name);
  }

  /** A clock that was set back finds the schedules armed for a time that is far off now. */
  #followClock(nowMs: number): void {
    const isSetBack = nowMs < this.#lastMs;
    this.#lastMs = nowMs;
    if (!isSetBack || !this.#isRunning) return;
    this.#store.rewind(nowMs);
    for (const { name } of this.#store.list()) this.#arm(name);
  }

  #arm(name: string): void {
    this.#disarm(name);
    const record = this.#store.get(name);
    if (!this.#isRunning || record === undefined || record.schedule.State === 'DISABLED') return;
    const dueMs = this.#dueMs(record);
    if (dueMs === null) return;
    this.#armed.set(
      name,
      this.#options.clock.schedule(dueMs, () => this.#fire(name)),
    );
  }

  /** The next firing: the latest one missed since the last, else the first to come. */
  #dueMs(record: ScheduleRecord): number | null {
    const { schedule, firedMs, createdMs, updatedMs } = record;
    const nowMs = this.#options.clock.nowMs();
    const recurrence = this.#recurrenceOf(schedule, createdMs);
    const sinceMs = Math.max(firedMs ?? updatedMs, updatedMs);
    const startMs = schedule.StartDate === undefined ? 0 : Date.parse(schedule.StartDate) - 1;
    const afterMs = Math.max(sinceMs, startMs);
    const firstMs = recurrence.nextAfter(afterMs);
    const isMissed = firstMs !== null && firstMs < nowMs;
    const dueMs = isMissed ? latestWithin(recurrence, afterMs, nowMs) : firstMs;
    const endMs = schedule.EndDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(schedule.EndDate);
    return dueMs !== null && dueMs <= endMs ? dueMs : null;
  }

  /** Kept between firings, because reading an expression costs more than using it. */
  #recurrenceOf(schedule: Schedule, createdMs: number): Recurrence {
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: timezone, StartDate } = schedule;
    const anchorMs = StartDate === undefined ? createdMs : Date.parse(StartDate);
    const key = [expression, timezone, anchorMs].join('|');
    const recurrence = this.#recurrences.get(key) ?? parseRecurrence({ expression, timezone, anchorMs });
    this.#recurrences.set(key, recurrence);
    return recurrence;
  }

  /** Fires what is due now; of several that a jump of the clock has passed over, the latest. */
  async #fire(name: string): Promise<void> {
    const record = this.#store.get(name);
    const scheduledMs = record === undefined ? null : this.#dueMs(record);
    if (scheduledMs === null || scheduledMs > this.#options.clock.nowMs()) return this.#arm(name);
    const id = createHash('sha256').update(`${name}|${scheduledMs}`).digest('hex').slice(0, 16);
    const delivery: Delivery = { id, name, scheduledMs, attempt: 0, dueMs: scheduledMs };
    this.#store.fire(delivery);
    this.#arm(name);
    return this.#deliver(delivery);
  }

  #deliverAt(delivery: Delivery): void {
    const task: ScheduledTask = this.#options.clock.schedule(delivery.dueMs, () => {
      this.#retries.delete(task);
      return this.#deliver(delivery);
    });
    this.#retries.add(task);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const record = this.#store.get(delivery.name);
    if (record === undefined) return;
    const { schedule } = record;
    const input = fillPlaceholders(schedule.Target.Input ?? '{}', delivery, this.arnOf(schedule));
    const { name: scheduleName, scheduledMs, id: executionId } = delivery;
    const invocation = { arn: schedule.Target.Arn, input, scheduleName, scheduledMs, executionId };
    try {
      await this.#options.invokeTarget(invocation);
      if (this.#isRunning) this.#store.deleteDelivery(delivery.id);
    } catch (error) {
      if (this.#isRunning) this.#retry(delivery, schedule, invocation, error);
    }
  }

  #retry(delivery: Delivery, schedule: Schedule, invocation: TargetInvocation, error: unknown): void {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = schedule.Target.RetryPolicy;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** delivery.attempt, LONGEST_RETRY_MS);
    const dueMs = this.#options.clock.nowMs() + delayMs;
    const isTooOld = dueMs > delivery.scheduledMs + MaximumEventAgeInSeconds * 1_000;
    if (delivery.attempt >= MaximumRetryAttempts || isTooOld) {
      this.#store.deleteDelivery(delivery.id);
      const deadLetterArn = schedule.Target.DeadLetterConfig?.Arn;
      this.#options.onGivenUp?.({
        invocation,
        error,
        ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
      });
      return;
    }
    const next = { ...delivery, attempt: delivery.attempt + 1, dueMs };
    this.#store.saveDelivery(next);
    this.#deliverAt(next);
  }
}

/**
 * Opens the scheduler on its directory; it fires nothing before `resume()`.
 * @example
 * const scheduler = createScheduler({ directory, clock, invokeTarget, accountId: '000000000000', region: 'ap-south-1' });
 * scheduler.createSchedule({ name: 'nightly', ScheduleExpression: 'cron(0 16 ? * MON-FRI *)',
 *   ScheduleExpressionTimezone: 'Asia/Kolkata', Target: { Arn: stateMachineArn, Input: '{}' } });
 * scheduler.resume();
 */
export function createScheduler(options: SchedulerOptions): SchedulerService {
  return new SchedulerService(options);
}
