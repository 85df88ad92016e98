import type { StateFolder } from '../control/state-folder.ts';
import type { CloudIdentity } from './identity.ts';
import type { ResourceHandler } from './resource.ts';
import { bucketNotificationsHandler } from './resources/bucket-notifications.ts';
import { tableHandler } from './resources/dynamodb-table.ts';
import { httpApiHandlers } from './resources/http-api.ts';
import { iamHandlers } from './resources/iam.ts';
import { eventSourceHandler } from './resources/lambda-event-source.ts';
import { functionHandler } from './resources/lambda-function.ts';
import { invokeConfigHandler } from './resources/lambda-invoke-config.ts';
import { layerHandler } from './resources/lambda-layer.ts';
import { bucketHandler } from './resources/s3-bucket.ts';
import { schedulerHandlers } from './resources/scheduler.ts';
import { snsHandlers } from './resources/sns.ts';
import { queueHandler } from './resources/sqs-queue.ts';
import { parameterHandler } from './resources/ssm-parameter.ts';
import { stateMachineHandler } from './resources/state-machine.ts';
import type { CloudServices } from './services.ts';

export interface HandlersContext {
  readonly services: CloudServices;
  readonly identity: CloudIdentity;
  readonly assets: ReadonlyMap<string, string>;
  readonly folder: StateFolder;
  /** Told of what outlives the process by itself, so that what a template no longer has can be taken away. */
  readonly onSubscribed: (subscriptionArn: string) => void;
  readonly onScheduled: (scheduleName: string) => void;
}

/** Every resource type that has local behaviour; those without are in local/inert.ts. */
export function resourceHandlers(context: HandlersContext): ResourceHandler[] {
  const { services, identity, assets, folder } = context;
  const { roles, lambda } = services;
  const layers = new Map<string, string>();
  return [
    bucketHandler(services.s3),
    bucketNotificationsHandler((bucket, configuration) =>
      services.bucketNotifier.configure(bucket, configuration),
    ),
    tableHandler(services.dynamodb),
    queueHandler(services.sqs),
    ...snsHandlers(services.sns, context.onSubscribed),
    parameterHandler(services.ssm, folder),
    ...iamHandlers(roles, identity),
    layerHandler(identity, assets, layers),
    functionHandler({ lambda, roles, identity, assets, layers }),
    invokeConfigHandler(lambda),
    eventSourceHandler((queueName, settings) => services.eventSources.add(queueName, settings)),
    ...schedulerHandlers(services.scheduler, identity, context.onScheduled),
    ...httpApiHandlers(services.gateway, identity),
    stateMachineHandler(services.states, roles, services.machineRoles),
  ];
}
