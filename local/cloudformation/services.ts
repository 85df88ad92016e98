import { join } from 'node:path';
import type { SwitchableClock } from '../clock/switchable.ts';
import { createDynamoDb, type DynamoDbService } from '../dynamodb/dynamodb.ts';
import { BucketNotifier } from '../events/bucket-notifier.ts';
import { EventSources } from '../events/event-sources.ts';
import { deliverNotification } from '../events/notifications.ts';
import { readAs } from '../events/read-object.ts';
import { buryFiring, scheduleTargets } from '../events/schedule-targets.ts';
import { sendToTarget, type TargetServices } from '../events/targets.ts';
import { taskResources } from '../events/task-resources.ts';
import { Gateway } from '../http/gateway.ts';
import { type Role, Roles } from '../iam/roles.ts';
import type { LambdaService } from '../lambda/contract.ts';
import { LogFile } from '../lambda/log-file.ts';
import { createLambda } from '../lambda/service.ts';
import type { Outcome } from '../lambda/worker.ts';
import { createS3, type S3Service } from '../s3/service.ts';
import type { SageMakerService } from '../sagemaker/contract.ts';
import { createSageMaker } from '../sagemaker/service.ts';
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
  readonly sagemaker: SageMakerService;
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
  readonly accessLog: LogFile;
}

/** Opens every service on its folder below `directory`; nothing works before `startServices`. */
export async function openServices(context: ServicesContext): Promise<CloudServices> {
  const { directory, identity, clock, onError } = context;
  const { accountId, region } = identity;
  const folder = (name: string) => join(directory, name);
  const common = (name: string) => ({ directory: folder(name), clock, accountId, region });
  const roles = new Roles(context.seed);
  const machineRoles = new Map<string, Role>();
  const accessLog = new LogFile(folder('logs'), 'http-api');
  const log = (line: string) => accessLog.write(`${line}\n`);
  const onExhausted = reportLoss(onError);
  const send = (arn: string, payload: string) => sendToTarget(targets, arn, payload);

  const lambda = createLambda({
    directory: folder('lambda'),
    logDirectory: folder('logs'),
    clock,
    identity,
    onExhausted,
  });
  const sagemaker = createSageMaker({
    directory: folder('sagemaker'),
    logDirectory: folder('logs'),
    clock,
    identity,
    keyOf: (roleArn) => roles.byArn(roleArn).key,
    readObject: (roleArn, bucket, key) => readAs({ roles, s3 }, roles.byArn(roleArn), bucket, key),
  });
  const sqs = createSqs({ ...common('sqs'), endpoint: () => serviceEndpoint(identity, 'sqs') });
  const dynamodb = await createDynamoDb(common('dynamodb'));
  const bucketNotifier = new BucketNotifier({ clock, region, send, onError });
  const s3 = createS3({ directory: folder('s3'), clock, onEvent: (event) => bucketNotifier.notify(event) });
  const sns = createSns({ ...common('sns'), deliver: deliverNotification({ lambda, sqs }) });
  const ssm = createSsm(common('ssm'));
  const roleOf = (machineArn: string) => known(machineRoles, machineArn);
  const invokeTask = taskResources({
    identity,
    roles,
    lambda,
    services: { dynamodb, s3, sagemaker, sns, sqs },
    roleOf,
  });
  const states = createStepFunctions({ ...common('stepfunctions'), invokeTask });
  const targets: TargetServices = { lambda, sqs, states };
  const roleArnOf = (name: string) => scheduler.getSchedule(name).schedule.Target.RoleArn;
  const invokeTarget = scheduleTargets({ roles, targets, roleArnOf });
  const onGivenUp = (givenUp: GivenUp) => {
    onError(givenUp.error);
    clock.track(buryFiring(targets, givenUp)).catch(onError);
  };
  const scheduler = createScheduler({ ...common('scheduler'), invokeTarget, onGivenUp });
  const gateway = new Gateway({ identity, clock, lambda, roles, log });
  const eventSources = new EventSources({ directory: folder('events'), clock, sqs, lambda, onError });
  const stores = { sagemaker, sqs, dynamodb, s3, sns, ssm };
  return {
    ...stores,
    roles,
    machineRoles,
    lambda,
    states,
    scheduler,
    gateway,
    bucketNotifier,
    eventSources,
    accessLog,
  };
}

/** Begins to work: left-over invocations, executions, event sources, schedules. Call it once all resources stand. */
export async function startServices(services: CloudServices): Promise<void> {
  await services.lambda.start();
  services.sagemaker.start();
  services.states.resume();
  services.eventSources.start();
  services.scheduler.resume();
}

/** Ends in the opposite order; what is under way is finished or left to the next start. */
export async function closeServices(services: CloudServices): Promise<void> {
  await services.scheduler.close();
  const stopped = services.eventSources.stop();
  // Executions are let go of before what they wait for is killed: to them that would be a failure of its own.
  await services.sagemaker.close();
  await services.states.close();
  await services.lambda.close();
  await stopped;
  await services.sns.close();
  const { ssm, s3, dynamodb, sqs, accessLog } = services;
  await Promise.all([ssm, s3, dynamodb, sqs, accessLog].map((service) => service.close()));
}

function known(machineRoles: ReadonlyMap<string, Role>, machineArn: string): Role {
  const role = machineRoles.get(machineArn);
  if (role === undefined) throw new Error(`expected a state machine of the templates, was ${machineArn}`);
  return role;
}

function reportLoss(onError: (error: unknown) => void) {
  return async (functionName: string, payload: string, outcome: Outcome) => {
    const why = outcome.ok ? 'no error' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
    const what = `asynchronous invocation of ${functionName} given up after its retries`;
    onError(new Error(`${what} (${why}), event ${payload}`));
  };
}
