import { arn } from '../../cloudformation/arn.ts';
import type { CloudIdentity } from '../../cloudformation/identity.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';
import { jsonBody, operationOf } from './json.ts';

/** What a SageMaker request needs to be allowed; who creates a job passes it its role, and may name it. */
export function sageMakerAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const body = jsonBody(request);
  const operation = operationOf(request);
  const name = String(body['TrainingJobName'] ?? '*').toLowerCase();
  const resource = arn(identity, 'sagemaker', `training-job/${name}`);
  const access = [{ action: `sagemaker:${operation}`, resource }];
  if (operation !== 'CreateTrainingJob') return access;
  const passed = {
    action: 'iam:PassRole',
    resource: String(body['RoleArn'] ?? '*'),
    context: { 'iam:PassedToService': ['sagemaker.amazonaws.com'] },
  };
  const tags = body['Tags'] === undefined ? [] : [{ action: 'sagemaker:AddTags', resource }];
  return [...access, ...tags, passed];
}
