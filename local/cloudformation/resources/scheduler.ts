import * as z from 'zod';
import type { SchedulerService } from '../../scheduler/scheduler.ts';
import { arn } from '../arn.ts';
import type { CloudIdentity } from '../identity.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

/** `AWS::Scheduler::Schedule` and `ScheduleGroup`; the name of each schedule made is handed to `onScheduled`. */
export function schedulerHandlers(
  scheduler: Pick<SchedulerService, 'createSchedule'>,
  identity: CloudIdentity,
  onScheduled: (name: string) => void,
): ResourceHandler[] {
  return [scheduleHandler(scheduler, identity, onScheduled), groupHandler(identity)];
}

// Values are checked by the scheduler itself, which names what it refuses.
function scheduleHandler(
  scheduler: Pick<SchedulerService, 'createSchedule'>,
  identity: CloudIdentity,
  onScheduled: (name: string) => void,
): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Scheduler::Schedule'],
    honoured: {
      Name: z.string().optional(),
      GroupName: z.string().optional(),
      ScheduleExpression: z.string(),
      ScheduleExpressionTimezone: z.string().optional(),
      StartDate: z.string().optional(),
      EndDate: z.string().optional(),
      State: z.string().optional(),
      FlexibleTimeWindow: z.unknown(),
      Target: z.unknown(),
    },
    ignored: { Description: 'text for people', KmsKeyArn: 'encryption at rest is the disk' },
    create({ Name, ...properties }, address) {
      const name = nameOf(Name, address, 64);
      scheduler.createSchedule({ name, ...properties });
      onScheduled(name);
      const group = properties.GroupName ?? 'default';
      return { ref: name, attributes: { Arn: arn(identity, 'scheduler', `schedule/${group}/${name}`) } };
    },
  });
}

function groupHandler(identity: CloudIdentity): ResourceHandler {
  return resourceHandler({
    types: ['AWS::Scheduler::ScheduleGroup'],
    honoured: { Name: z.string().optional() },
    ignored: { Tags: 'labels for people and bills' },
    create({ Name }, address) {
      const name = nameOf(Name, address, 64);
      return { ref: name, attributes: { Arn: arn(identity, 'scheduler', `schedule-group/${name}`) } };
    },
  });
}
