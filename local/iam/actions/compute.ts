import { arn } from '../../cloudformation/arn.ts';
import type { CloudIdentity } from '../../cloudformation/identity.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';
import { jsonBody, operationOf } from './json.ts';

/** What a Step Functions request needs to be allowed; a task token does not say which machine it belongs to. */
export function statesAccess(request: LocalRequest): AccessRequest[] {
  const body = jsonBody(request);
  if (body['taskToken'] !== undefined) {
    return [{ action: `states:${operationOf(request)}`, resource: '*', isAnyResource: true }];
  }
  const resource = String(body['executionArn'] ?? body['stateMachineArn'] ?? '*');
  return [{ action: `states:${operationOf(request)}`, resource }];
}

/** What a Lambda request needs to be allowed. */
export function lambdaAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const name = decodeURIComponent(/\/functions\/([^/]+)/.exec(request.path)?.[1] ?? '*');
  const resource = name.startsWith('arn:') ? name : arn(identity, 'lambda', `function:${name}`);
  return [{ action: 'lambda:InvokeFunction', resource }];
}

const SCHEDULER_ACTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  DELETE: 'DeleteSchedule',
};

/** What a Scheduler request needs to be allowed. */
export function schedulerAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const name = /^\/schedules\/([^/]+)/.exec(request.path)?.[1];
  if (name === undefined) return [{ action: 'scheduler:ListSchedules', resource: '*' }];
  const group = request.query.get('groupName') ?? String(jsonBody(request)['GroupName'] ?? 'default');
  const action = `scheduler:${SCHEDULER_ACTIONS[request.method] ?? 'GetSchedule'}`;
  return [{ action, resource: arn(identity, 'scheduler', `schedule/${group}/${name}`) }];
}
