import { arn } from '../../cloudformation/arn.ts';
import type { CloudIdentity } from '../../cloudformation/identity.ts';
import { invokedEndpoint } from '../../sagemaker/endpoints/invoked.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';
import { jsonBody, operationOf } from './json.ts';

/** The member that names what an operation is about, and the kind of its ARN; in this order, the last is the operation's own. */
const KINDS = [
  { member: 'TrainingJobName', kind: 'training-job', operations: /TrainingJob$/ },
  { member: 'ModelName', kind: 'model', operations: /Model$/ },
  { member: 'EndpointConfigName', kind: 'endpoint-config', operations: /EndpointConfig$|^CreateEndpoint$/ },
  { member: 'EndpointName', kind: 'endpoint', operations: /Endpoint$/ },
] as const;

/** What a SageMaker request needs to be allowed; who creates a job or a model passes it its role, and may name it. */
export function sageMakerAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const of = (kind: string, name: unknown) =>
    arn(identity, 'sagemaker', `${kind}/${String(name ?? '*').toLowerCase()}`);
  const invoked = invokedEndpoint(request);
  if (invoked !== undefined)
    return [{ action: 'sagemaker:InvokeEndpoint', resource: of('endpoint', invoked) }];
  const body = jsonBody(request);
  const operation = operationOf(request);
  const kinds = KINDS.filter(({ operations }) => operations.test(operation));
  const resources = kinds.map(({ member, kind }) => of(kind, body[member]));
  const access = (resources.length === 0 ? ['*'] : resources).map((resource) => ({
    action: `sagemaker:${operation}`,
    resource,
  }));
  const tagged = resources.slice(-1).filter(() => body['Tags'] !== undefined);
  return [
    ...access,
    ...tagged.map((resource) => ({ action: 'sagemaker:AddTags', resource })),
    ...passedRole(operation, body),
  ];
}

function passedRole(operation: string, body: Readonly<Record<string, unknown>>): AccessRequest[] {
  const roles: Readonly<Record<string, unknown>> = {
    CreateTrainingJob: body['RoleArn'] ?? '*',
    CreateModel: body['ExecutionRoleArn'] ?? '*',
  };
  const role = roles[operation];
  if (role === undefined) return [];
  const context = { 'iam:PassedToService': ['sagemaker.amazonaws.com'] };
  return [{ action: 'iam:PassRole', resource: String(role), context }];
}
