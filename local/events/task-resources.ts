import { arn } from '../cloudformation/arn.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { Role, Roles } from '../iam/roles.ts';
import { SERVICE_ACCESS, type ServiceName } from '../iam/services.ts';
import type { LambdaService } from '../lambda/contract.ts';
import { functionName } from '../lambda/function-name.ts';
import { Throttled } from '../lambda/pool.ts';
import type { SageMakerService } from '../sagemaker/contract.ts';
import type { LocalRequest, LocalResponse, LocalService } from '../service.ts';
import type { InvokeTask } from '../stepfunctions/service.ts';
import { getObjectTask } from './object-task.ts';
import { jsonRequest, queryRequest } from './service-request.ts';
import { assertAllowed, TaskError } from './task-error.ts';
import { trainingJobTask } from './training-task.ts';

export interface TaskResourceOptions {
  readonly identity: CloudIdentity;
  readonly roles: Roles;
  readonly lambda: LambdaService;
  readonly services: Readonly<Record<'dynamodb' | 's3' | 'sns' | 'sqs', Pick<LocalService, 'handle'>>> & {
    readonly sagemaker: SageMakerService;
  };
  /** The role a state machine runs under. */
  readonly roleOf: (stateMachineArn: string) => Role;
}

type TaskArguments = Readonly<Record<string, unknown>>;

/** Prefix of the error names of a service, as Step Functions writes them. */
const ERROR_PREFIX: Readonly<Record<string, string>> = { dynamodb: 'DynamoDB', sns: 'Sns', sqs: 'Sqs' };

/** Carries out the tasks of state machines on the local services, under the machine's own role. */
export function taskResources(options: TaskResourceOptions): InvokeTask {
  return async (resource, taskArguments, context) => {
    const integration = resource.split(':::')[1] ?? '';
    const [service = '', action = ''] = integration.split(':');
    const role = options.roleOf(context.stateMachineArn);
    const given = Object(taskArguments) as TaskArguments;
    if (service === 'lambda') return invokeFunction(options, role, given);
    if (service === 'sqs') return call(options, role, 'sqs', sendMessageRequest(given));
    if (service === 'sns') return call(options, role, 'sns', publishRequest(given));
    if (service === 'dynamodb') return call(options, role, 'dynamodb', itemRequest(action, given));
    if (service === 'sagemaker') {
      const own = { identity: options.identity, roles: options.roles, sagemaker: options.services.sagemaker };
      return trainingJobTask(own, role, given, context, action.endsWith('.sync'));
    }
    if (integration === 'aws-sdk:s3:getObject') {
      return getObjectTask({ roles: options.roles, s3: options.services.s3 }, role, given);
    }
    throw new TaskError('States.Runtime', `expected a task the local cloud carries out, was ${resource}`);
  };
}

async function invokeFunction(
  { lambda, roles, identity }: TaskResourceOptions,
  role: Role,
  given: TaskArguments,
) {
  const name = functionName(String(given['FunctionName']));
  const access = { action: 'lambda:InvokeFunction', resource: arn(identity, 'lambda', `function:${name}`) };
  assertAllowed(roles, role, 'Lambda.AccessDeniedException', [access]);
  const payload = JSON.stringify(given['Payload'] ?? {});
  if (given['InvocationType'] === 'Event') {
    await lambda.invokeAsync(name, payload);
    return { StatusCode: 202 };
  }
  const outcome = await lambda.invoke(name, payload).catch((error: unknown) => {
    if (error instanceof Throttled) throw new TaskError('Lambda.TooManyRequestsException', error.message);
    throw new TaskError('Lambda.AWSLambdaException', error instanceof Error ? error.message : String(error));
  });
  if (!outcome.ok) throw new TaskError(outcome.error.errorType, JSON.stringify(outcome.error));
  return { ExecutedVersion: '$LATEST', Payload: JSON.parse(outcome.payload) as unknown, StatusCode: 200 };
}

function sendMessageRequest(given: TaskArguments): LocalRequest {
  return jsonRequest('AmazonSQS.SendMessage', { ...given, MessageBody: asText(given['MessageBody']) });
}

function publishRequest(given: TaskArguments): LocalRequest {
  return queryRequest('Publish', { ...given, Message: asText(given['Message']) });
}

function itemRequest(action: string, given: TaskArguments): LocalRequest {
  return jsonRequest(`DynamoDB_20120810.${action.charAt(0).toUpperCase()}${action.slice(1)}`, given);
}

async function call(
  options: TaskResourceOptions,
  role: Role,
  service: 'dynamodb' | 'sns' | 'sqs',
  request: LocalRequest,
) {
  const { roles, identity, services } = options;
  const access = SERVICE_ACCESS[service satisfies ServiceName](request, identity);
  assertAllowed(roles, role, `${ERROR_PREFIX[service]}.AccessDeniedException`, access);
  const response = await services[service].handle(request);
  const body = String(response.body ?? '');
  if (response.status < 400) return service === 'sns' ? messageId(body) : (JSON.parse(body) as unknown);
  throw new TaskError(`${ERROR_PREFIX[service]}.${errorCode(response, body)}`, body);
}

function messageId(xml: string) {
  return { MessageId: /<MessageId>([^<]+)<\/MessageId>/.exec(xml)?.[1] };
}

function errorCode(response: LocalResponse, body: string): string {
  const code =
    /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body)?.[1];
  const name = code ?? `Status${response.status}`;
  return name.endsWith('Exception') ? name : `${name}Exception`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
