import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { LocalRequest } from '../service.ts';
import { lambdaAccess, schedulerAccess, statesAccess } from './actions/compute.ts';
import { dynamoDbAccess } from './actions/dynamodb.ts';
import { snsAccess, sqsAccess, ssmAccess } from './actions/queues-and-topics.ts';
import { s3Access } from './actions/s3.ts';
import { sageMakerAccess } from './actions/sagemaker.ts';
import type { AccessRequest } from './evaluate.ts';

/** The path of a service below `/aws/`, which is also the name its requests are signed for. */
export type ServiceName =
  | 'dynamodb'
  | 'lambda'
  | 's3'
  | 'sagemaker'
  | 'scheduler'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'states';

/** What a request to a service needs to be allowed, service by service. */
export const SERVICE_ACCESS: Readonly<
  Record<ServiceName, (request: LocalRequest, identity: CloudIdentity) => AccessRequest[]>
> = {
  dynamodb: dynamoDbAccess,
  lambda: lambdaAccess,
  s3: s3Access,
  sagemaker: sageMakerAccess,
  scheduler: schedulerAccess,
  sns: snsAccess,
  sqs: sqsAccess,
  ssm: ssmAccess,
  states: statesAccess,
};
