import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock, type SwitchableClock, simulatedClock } from '../../../local/clock.ts';
import {
  createScheduler,
  type GivenUp,
  type InvokeTarget,
  type SchedulerService,
  type TargetInvocation,
} from '../../../local/scheduler/scheduler.ts';

const START_MS = Date.parse('2025-12-04T15:50:00+05:30');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const identity = { accountId: '000000000000', region: 'ap-south-1' };
const arn = 'arn:aws:states:ap-south-1:000000000000:stateMachine:nightly';

let directory: string;
let clock: SwitchableClock;
let fired: TargetInvocation[];
let open: SchedulerService[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oi-scheduler-'));
  clock = simulatedClock(START_MS);
  fired = [];
  open = [];
});
afterEach(async () => {
  for (const scheduler of open) await scheduler.close();
  rmSync(directory, { recursive: true, force: true });
});

const record: InvokeTarget = async (invocation) => {
  fired.push(invocation);
};

function start(
  invokeTarget: InvokeTarget = record,
  more: { onGivenUp?: (givenUp: GivenUp) => void } = {},
): SchedulerService {
  const scheduler = createScheduler({ directory, clock, invokeTarget, ...identity, ...more });
  open.push(scheduler);
  return scheduler;
}

async function stop(scheduler: SchedulerService): Promise<void> {
  open.splice(open.indexOf(scheduler), 1);
  await scheduler.close();
}

const quarterHourly = { name: 'health', ScheduleExpression: 'rate(15 minutes)', Target: { Arn: arn } };
const nightly = {
  name: 'nightly',
  ScheduleExpression: 'cron(0 16 ? * MON-FRI *)',
  ScheduleExpressionTimezone: 'Asia/Kolkata',
  State: 'ENABLED',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: arn,
    RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
    Input: '{"at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>"}',
  },
};

describe('firing', () => {
  it('fires at each of its times with its input filled in', async () => {
    const scheduler = start();
    scheduler.createSchedule(nightly);
    scheduler.resume();
    await clock.advanceTo(START_MS + 5 * DAY_MS);
    const times = ['2025-12-04T10:30:00Z', '2025-12-05T10:30:00Z', '2025-12-08T10:30:00Z'];
    expect(fired.map(({ input }) => JSON.parse(input).at)).toEqual(times);
    expect(fired.map(({ arn }) => arn)).toEqual([arn, arn, arn]);
    const ids = fired.map(({ input }) => JSON.parse(input).id);
    expect(ids).toEqual(fired.map(({ executionId }) => executionId));
    expect(new Set(ids).size).toBe(3);
  });

  it('gives {} when the schedule has no input', async () => {
    const scheduler = start();
    scheduler.createSchedule(quarterHourly);
    scheduler.resume();
    await clock.advanceTo(START_MS + 15 * MINUTE_MS);
    expect(fired.map(({ input }) => input)).toEqual(['{}']);
  });

  it('plays 15 days of a 15-minute schedule within three seconds of CPU time', async () => {
    const scheduler = start();
    const inSession = { ...nightly, name: 'drift', ScheduleExpression: 'cron(0/15 * * * ? *)' };
    scheduler.createSchedule(inSession);
    scheduler.resume();
    const before = process.cpuUsage();
    await clock.advanceTo(START_MS + 15 * DAY_MS);
    expect(fired).toHaveLength(15 * 96);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
  });

  it('keeps time standing while a target works', async () => {
    const times: number[] = [];
    const scheduler = start(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      times.push(clock.nowMs() - START_MS);
    });
    scheduler.createSchedule(quarterHourly);
    scheduler.resume();
    await clock.advanceTo(START_MS + 40 * MINUTE_MS);
    expect(times).toEqual([15 * MINUTE_MS, 30 * MINUTE_MS]);
  });

  it('minds StartDate, EndDate and State', async () => {
    const scheduler = start();
    const at = (minutes: number) => new Date(START_MS + minutes * MINUTE_MS).toISOString();
    scheduler.createSchedule({ ...quarterHourly, StartDate: at(20), EndDate: at(50) });
    scheduler.createSchedule({ ...quarterHourly, name: 'off', State: 'DISABLED' });
    scheduler.resume();
    await clock.advanceTo(START_MS + DAY_MS);
    expect(fired.map(({ scheduledMs }) => (scheduledMs - START_MS) / MINUTE_MS)).toEqual([35, 50]);
  });
});

describe('restart', () => {
  it('neither repeats nor loses a firing', async () => {
    const first = start();
    first.createSchedule(quarterHourly);
    first.resume();
    await clock.advanceTo(START_MS + 30 * MINUTE_MS);
    await stop(first);
    await clock.advanceTo(START_MS + 50 * MINUTE_MS);
    const second = start();
    second.createSchedule(quarterHourly);
    second.resume();
    await clock.advanceTo(START_MS + 65 * MINUTE_MS);
    expect(fired.map(({ scheduledMs }) => (scheduledMs - START_MS) / MINUTE_MS)).toEqual([15, 30, 45, 60]);
  });

  it('makes up for the last of several missed firings only', async () => {
    const first = start();
    first.createSchedule(quarterHourly);
    first.resume();
    await stop(first);
    await clock.advanceTo(START_MS + 100 * MINUTE_MS);
    start().resume();
    await clock.advanceTo(START_MS + 105 * MINUTE_MS);
    expect(fired.map(({ scheduledMs }) => (scheduledMs - START_MS) / MINUTE_MS)).toEqual([90, 105]);
  });

  it('delivers again what was not delivered, with the same id', async () => {
    const attempts: TargetInvocation[] = [];
    const first = start((invocation) => {
      attempts.push(invocation);
      return new Promise(() => {});
    });
    first.createSchedule(quarterHourly);
    first.resume();
    void clock.advanceTo(START_MS + 15 * MINUTE_MS).catch(() => {});
    await expect.poll(() => attempts.length).toBe(1);
    await stop(first);
    clock = simulatedClock(START_MS + 16 * MINUTE_MS);
    start().resume();
    await clock.advanceTo(START_MS + 17 * MINUTE_MS);
    expect(fired.map(({ executionId }) => executionId)).toEqual([attempts[0]?.executionId]);
  });

  it('keeps what an operator has updated when the template says the same as before', async () => {
    const first = start();
    first.createSchedule(nightly);
    first.updateSchedule('nightly', { ...nightly, State: 'DISABLED' });
    await stop(first);
    const second = start();
    second.createSchedule(nightly);
    expect(second.getSchedule('nightly').schedule.State).toBe('DISABLED');
    second.createSchedule({ ...nightly, ScheduleExpression: 'cron(30 16 ? * MON-FRI *)' });
    expect(second.getSchedule('nightly').schedule.State).toBe('ENABLED');
  });

  it('does not make up for what it missed while it was disabled', async () => {
    const scheduler = start();
    scheduler.createSchedule(quarterHourly);
    scheduler.resume();
    scheduler.updateSchedule('health', { ...quarterHourly, State: 'DISABLED' });
    await clock.advanceTo(START_MS + 40 * MINUTE_MS);
    scheduler.updateSchedule('health', quarterHourly);
    await clock.advanceTo(START_MS + 46 * MINUTE_MS);
    expect(fired.map(({ scheduledMs }) => (scheduledMs - START_MS) / MINUTE_MS)).toEqual([45]);
  });
});

describe('a clock that is set', () => {
  it('makes up for the latest firing a jump has passed over', async () => {
    const scheduler = start();
    scheduler.createSchedule(quarterHourly);
    scheduler.resume();
    clock.setSimulated(START_MS + 100 * MINUTE_MS);
    await clock.advanceTo(START_MS + 101 * MINUTE_MS);
    expect(fired.map(({ scheduledMs }) => (scheduledMs - START_MS) / MINUTE_MS)).toEqual([90]);
  });

  it('follows it into the past', async () => {
    clock = createClock({ mode: 'real' });
    const scheduler = start();
    scheduler.createSchedule(nightly);
    scheduler.createSchedule(quarterHourly);
    scheduler.resume();
    clock.setSimulated(START_MS, { rewind: true });
    await clock.advanceTo(START_MS + 20 * MINUTE_MS);
    expect(fired.map(({ scheduleName }) => scheduleName)).toEqual(['nightly', 'health']);
  });
});

describe('retries', () => {
  const policy = (RetryPolicy: Record<string, number>) => ({
    ...quarterHourly,
    Target: { Arn: arn, Input: '<aws.scheduler.attempt-number>', RetryPolicy },
  });

  it('tries again, later each time, with the same execution id', async () => {
    const attempts: Array<[number, string]> = [];
    const scheduler = start(async ({ input }) => {
      attempts.push([(clock.nowMs() - START_MS) / 1_000 - 900, input]);
      if (attempts.length < 4) throw new Error('not yet');
    });
    scheduler.createSchedule(policy({ MaximumRetryAttempts: 5 }));
    scheduler.resume();
    await clock.advanceTo(START_MS + 16 * MINUTE_MS);
    expect(attempts).toEqual([
      [0, '1'],
      [1, '2'],
      [3, '3'],
      [7, '4'],
    ]);
  });

  it.each([
    [{ MaximumRetryAttempts: 2 }, 3],
    [{ MaximumRetryAttempts: 0 }, 1],
    [{ MaximumEventAgeInSeconds: 60 }, 6],
  ])('gives up under %j after %i attempts', async (retryPolicy, expected) => {
    let attempts = 0;
    const givenUp: GivenUp[] = [];
    const fail = async () => {
      attempts += 1;
      throw new Error('never');
    };
    const scheduler = start(fail, { onGivenUp: (one) => givenUp.push(one) });
    scheduler.createSchedule(policy(retryPolicy));
    scheduler.resume();
    await clock.advanceTo(START_MS + 29 * MINUTE_MS);
    expect([attempts, givenUp.length]).toEqual([expected, 1]);
  });
});

describe('a dead-letter queue', () => {
  const queue = 'arn:aws:sqs:ap-south-1:000000000000:dead';
  const schedule = {
    ...quarterHourly,
    Target: { Arn: arn, DeadLetterConfig: { Arn: queue }, RetryPolicy: { MaximumRetryAttempts: 0 } },
  };

  it('is named when a firing is given up', async () => {
    const givenUp: GivenUp[] = [];
    const error = new Error('never');
    const fail = async () => {
      throw error;
    };
    const scheduler = start(fail, { onGivenUp: (one) => givenUp.push(one) });
    scheduler.createSchedule(schedule);
    scheduler.resume();
    await clock.advanceTo(START_MS + 15 * MINUTE_MS);
    expect(givenUp).toMatchObject([{ deadLetterArn: queue, error, invocation: { input: '{}', arn } }]);
  });

  it('is refused when nobody would serve it', () => {
    expect(() => start().createSchedule(schedule)).toThrow('expected a scheduler with onGivenUp');
  });
});

describe('a wrong schedule', () => {
  it.each([
    [{ ...nightly, Colour: 'red' }, 'schedule "nightly": expected one of'],
    [{ ...nightly, Target: { ...nightly.Target, SqsParameters: {} } }, 'unknown field SqsParameters'],
    [{ ...nightly, State: 'on' }, 'State: expected ENABLED or DISABLED, was "on"'],
    [
      { ...nightly, FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'FlexibleTimeWindow.Mode: expected OFF, was "FLEXIBLE"',
    ],
    [{ ...nightly, Target: {} }, 'Target: Arn: expected text, was missing'],
    [
      { ...nightly, ScheduleExpression: 'daily' },
      'schedule "nightly": ScheduleExpression: expected rate(..)',
    ],
    [{ ...nightly, ActionAfterCompletion: 'DELETE' }, 'ActionAfterCompletion: expected NONE, was "DELETE"'],
    [{ ...nightly, StartDate: 'soon' }, 'StartDate: expected an instant, was "soon"'],
  ])('is refused: %#', (schedule, message) => {
    expect(() => start().createSchedule(schedule)).toThrow(message);
  });
});
