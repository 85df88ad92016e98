/** A process that plays a quarter-hourly schedule from the given time on, one line per delivery, until it is killed. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedClock } from '../../../local/clock.ts';
import { createScheduler } from '../../../local/scheduler/scheduler.ts';

const [directory = '', startMs = '0', untilMs = '0'] = process.argv.slice(2);
const clock = simulatedClock(Number(startMs));

const scheduler = createScheduler({
  directory,
  clock,
  accountId: '000000000000',
  region: 'ap-south-1',
  async invokeTarget({ scheduledMs }) {
    appendFileSync(join(directory, 'deliveries'), `${scheduledMs}\n`);
  },
});
scheduler.createSchedule({
  name: 'drift',
  ScheduleExpression: 'cron(0/15 * * * ? *)',
  Target: { Arn: 'target' },
});
scheduler.resume();
await clock.advanceTo(Number(untilMs));
await scheduler.close();
