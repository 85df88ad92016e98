import { arn } from '../../cloudformation/arn.ts';
import type { CloudIdentity } from '../../cloudformation/identity.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';
import { jsonBody, operationOf } from './json.ts';

/** Batch operations are allowed by the action of their single form. */
const SQS_ACTIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** What an operation does in the caller's name on the same queue. */
const ALSO_NEEDED: Readonly<Record<string, readonly string[]>> = {
  StartMessageMoveTask: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
};

/** What an SQS request needs to be allowed. */
export function sqsAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const operation = operationOf(request);
  const body = jsonBody(request);
  const name = String(body['QueueUrl'] ?? body['QueueName'] ?? '')
    .split('/')
    .at(-1);
  const resource = String(body['SourceArn'] ?? (name === '' ? '*' : arn(identity, 'sqs', String(name))));
  const actions = [SQS_ACTIONS[operation] ?? operation, ...(ALSO_NEEDED[operation] ?? [])];
  return actions.map((action) => ({ action: `sqs:${action}`, resource }));
}

/** What an SNS request (a query form) needs to be allowed. */
export function snsAccess(request: LocalRequest): AccessRequest[] {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const operation = form.get('Action') ?? '';
  const action = operation === 'PublishBatch' ? 'Publish' : operation;
  return [{ action: `sns:${action}`, resource: form.get('TopicArn') ?? form.get('TargetArn') ?? '*' }];
}

/** What an SSM request needs to be allowed: one entry per parameter. */
export function ssmAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const body = jsonBody(request);
  const names = [body['Names'] ?? body['Name'] ?? body['Path'] ?? '*'].flat().map(String);
  return names.map((name) => ({
    action: `ssm:${operationOf(request)}`,
    resource: parameterArn(identity, name),
  }));
}

function parameterArn(identity: CloudIdentity, name: string): string {
  return name.startsWith('arn:') ? name : arn(identity, 'ssm', `parameter/${name.replace(/^\//, '')}`);
}
