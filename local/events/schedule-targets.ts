import { serviceOf } from '../cloudformation/arn.ts';
import type { Roles } from '../iam/roles.ts';
import type { GivenUp, InvokeTarget } from '../scheduler/scheduler.ts';
import { sendToTarget, TARGET_ACTIONS, type TargetServices } from './targets.ts';

export interface ScheduleTargetOptions {
  readonly roles: Roles;
  readonly targets: TargetServices;
  /** ARN of the role a schedule acts under. */
  readonly roleArnOf: (scheduleName: string) => string | undefined;
}

/** Delivers the firings of schedules to functions, queues and state machines, under the schedule's own role. */
export function scheduleTargets({ roles, targets, roleArnOf }: ScheduleTargetOptions): InvokeTarget {
  return async ({ arn, input, scheduleName, executionId }) => {
    const roleArn = roleArnOf(scheduleName);
    if (roleArn === undefined)
      throw new Error(`schedule ${scheduleName}: expected a RoleArn in its Target, was none`);
    const role = roles.byArn(roleArn);
    const action = TARGET_ACTIONS[serviceOf(arn)] ?? 'unknown';
    if (!roles.isAllowed(role, { action, resource: arn })) {
      throw new Error(`schedule ${scheduleName}: role ${role.name} is not allowed ${action} on ${arn}`);
    }
    await sendToTarget(targets, arn, input, executionId);
  };
}

/** Puts the input of a firing that was given up on its schedule's dead-letter queue, if it has one. */
export async function buryFiring(
  targets: TargetServices,
  { invocation, deadLetterArn }: GivenUp,
): Promise<void> {
  if (deadLetterArn !== undefined) await sendToTarget(targets, deadLetterArn, invocation.input);
}
