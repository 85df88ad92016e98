import { join } from 'node:path';
import type { SwitchableClock } from '../clock/switchable.ts';
import { createDynamoDb, type DynamoDbService } from '../dynamodb/dynamodb.ts';
import { BucketNotifier } from '../events/bucket-notifier.ts';
import { EventSources } from '../events/event-sources.ts';
import { deliverNotification } from '../events/notifications.ts';
import { buryFiring, scheduleTargets } from '../events/schedule-targets.ts';
import { sendToTarget, type TargetServices } from '../events/targets.ts';
import { taskResources } from '../events/task-resources.ts';
import { Gateway } from '../http/gateway.ts';
import { type Role, Roles } from '../iam/roles.ts';
import { LogFile } from '../lambda/log-file.ts';
import { createLambda, type LambdaService } from '../lambda/service.ts';
import type { Outcome } from '../lambda/worker.ts';
import { createS3, type S3Service } from '../s3/service.ts';
import { createScheduler, type GivenUp, type SchedulerService } from '../scheduler/scheduler.ts';
import { createSns, type SnsService } from '../sns/sns.ts';
import { createSqs, type SqsService } from '../sqs/sqs.ts';
import { createSsm, type SsmService } from '../ssm/ssm.ts';
import { createStepFunctions, type StepFunctionsService } from '../stepfunctions/service.ts';
import { type CloudIdentity, serviceEndpoint } from './identity.ts';

export interface ServicesContext {
  readonly directory: string;
  readonly identity: CloudIdentity;
  readonly clock: SwitchableClock;
  /** Secret of the state folder. */
  readonly seed: Buffer;
  /** Told of errors that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** Everything that runs behind the one port. */
export interface CloudServices {
  readonly roles: Roles;
  readonly lambda: LambdaService;
  readonly sqs: SqsService;
  readonly dynamodb: DynamoDbService;
  readonly s3: S3Service;
  readonly sns: SnsService;
  readonly ssm: SsmService;
  readonly states: StepFunctionsService;
  readonly scheduler: SchedulerService;
  readonly gateway: Gateway;
  readonly bucketNotifier: BucketNotifier;
  readonly eventSources: EventSources;
  /** ARN of a state machine -> the role it runs under. */
  readonly machineRoles: Map<string, Role>;
  /** Begins to work: event sources, left-over invocations, executions. Call it once all resources stand. */
  start(): Promise<void>;
  /** Ends in the opposite order; what is under way is finished or left to the next start. */
  close(): Promise<void>;
}

/** Opens every service on its folder below `directory`. */
export async function openServices(context: ServicesContext): Promise<CloudServices> {
  const { directory, identity, clock, onError } = context;
  const { accountId, region } = identity;
  const folder = (name: string) => join(directory, name);
  const roles = new Roles(context.seed);
  const machineRoles = new Map<string, Role>();
  const accessLog = new LogFile(folder('logs'), 'http-api');

  const lambda = createLambda({
    directory: folder('lambda'),
    logDirectory: folder('logs'),
    clock,
    identity,
    onExhausted: async (name, payload, outcome) => onError(new Error(describeLoss(name, payload, outcome))),
  });
  const sqs = createSqs({
    directory: folder('sqs'),
    clock,
    endpoint: () => serviceEndpoint(identity, 'sqs'),
    accountId,
    region,
  });
  const send = (arn: string, payload: string) => sendToTarget(targets, arn, payload);
  const bucketNotifier = new BucketNotifier({ clock, region, send, onError });
  const dynamodb = await createDynamoDb({ directory: folder('dynamodb'), clock, accountId, region });
  const s3 = createS3({ directory: folder('s3'), clock, onEvent: (event) => bucketNotifier.notify(event) });
  const deliver = deliverNotification({ lambda, sqs });
  const sns = createSns({ directory: folder('sns'), clock, deliver, accountId, region });
  const ssm = createSsm({ directory: folder('ssm'), clock, accountId, region });
  const roleOf = (machineArn: string) => known(machineRoles, machineArn);
  const invokeTask = taskResources({ identity, roles, lambda, services: { dynamodb, sns, sqs }, roleOf });
  const states = createStepFunctions({
    directory: folder('stepfunctions'),
    clock,
    invokeTask,
    accountId,
    region,
  });
  const targets: TargetServices = { lambda, sqs, states };
  const roleArnOf = (name: string) => scheduler.getSchedule(name).schedule.Target.RoleArn;
  const invokeTarget = scheduleTargets({ roles, targets, roleArnOf });
  const onGivenUp = (givenUp: GivenUp) => {
    onError(givenUp.error);
    clock.track(buryFiring(targets, givenUp)).catch(onError);
  };
  const scheduler = createScheduler({
    directory: folder('scheduler'),
    clock,
    invokeTarget,
    onGivenUp,
    accountId,
    region,
  });
  const gateway = new Gateway({
    identity,
    clock,
    lambda,
    roles,
    log: (line) => accessLog.write(`${line}\n`),
  });
  const eventSources = new EventSources({ directory: folder('events'), clock, sqs, lambda, onError });

  return {
    roles,
    lambda,
    sqs,
    dynamodb,
    s3,
    sns,
    ssm,
    states,
    scheduler,
    gateway,
    bucketNotifier,
    eventSources,
    machineRoles,
    async start() {
      await lambda.start();
      states.resume();
      eventSources.start();
      scheduler.resume();
    },
    async close() {
      await scheduler.close();
      const stopped = eventSources.stop();
      await lambda.close();
      await stopped;
      await states.close();
      await sns.close();
      await Promise.all([ssm.close(), s3.close(), dynamodb.close(), sqs.close(), accessLog.close()]);
    },
  };
}

function known(machineRoles: ReadonlyMap<string, Role>, machineArn: string): Role {
  const role = machineRoles.get(machineArn);
  if (role === undefined) throw new Error(`expected a state machine of the templates, was ${machineArn}`);
  return role;
}

function describeLoss(functionName: string, payload: string, outcome: Outcome): string {
  const why = outcome.ok ? 'no error' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
  return `asynchronous invocation of ${functionName} given up after its retries (${why}), event ${payload}`;
}
