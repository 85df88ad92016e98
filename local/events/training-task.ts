import { arn } from '../cloudformation/arn.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import { sageMakerAccess } from '../iam/actions/sagemaker.ts';
import type { AccessRequest } from '../iam/evaluate.ts';
import type { Role, Roles } from '../iam/roles.ts';
import type { SageMakerService } from '../sagemaker/contract.ts';
import { describe } from '../sagemaker/describe.ts';
import type { TrainingJob } from '../sagemaker/store.ts';
import { ServiceError } from '../sqs/service-error.ts';
import type { TaskContext } from '../stepfunctions/service.ts';
import { jsonRequest } from './service-request.ts';
import { assertAllowed, TaskError } from './task-error.ts';

/** The rule that Step Functions hears of ended jobs by; a machine that waits needs the right to keep it. */
const RULE = 'rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule';

interface TrainingTaskOptions {
  readonly identity: CloudIdentity;
  readonly roles: Roles;
  readonly sagemaker: Pick<SageMakerService, 'createTrainingJob' | 'stopTrainingJob' | 'untilEnded'>;
}

/**
 * `sagemaker:createTrainingJob`, with `.sync` waiting for the end of the job and answering its description. A task that
 * is given up stops its job; one that is run again after a restart finds it.
 * @throws TaskError `States.TaskFailed` with the description as its cause when the job does not complete.
 */
export async function trainingJobTask(
  { identity, roles, sagemaker }: TrainingTaskOptions,
  role: Role,
  given: Readonly<Record<string, unknown>>,
  context: TaskContext,
  isSync: boolean,
): Promise<unknown> {
  const request = jsonRequest('SageMaker.CreateTrainingJob', given);
  const access = [...sageMakerAccess(request, identity), ...(isSync ? waitingAccess(given, identity) : [])];
  assertAllowed(roles, role, 'SageMaker.AmazonSageMakerException', access);
  const { name, arn: jobArn } = create(sagemaker, given, context.attemptId);
  if (!isSync) return { TrainingJobArn: jobArn };
  const stop = () => stopIfRunning(sagemaker, name);
  if (context.signal.aborted) stop();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    return descriptionOf(await sagemaker.untilEnded(name));
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

function waitingAccess(given: Readonly<Record<string, unknown>>, identity: CloudIdentity): AccessRequest[] {
  const job = arn(identity, 'sagemaker', `training-job/${String(given['TrainingJobName']).toLowerCase()}`);
  const rule = arn(identity, 'events', RULE);
  return [
    ...['sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'].map((action) => ({
      action,
      resource: job,
    })),
    ...['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => ({
      action,
      resource: rule,
    })),
  ];
}

function create(sagemaker: TrainingTaskOptions['sagemaker'], given: unknown, attemptId: string): TrainingJob {
  try {
    return sagemaker.createTrainingJob(given, attemptId);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // Errors that the API declares have their own name, the others the service's.
    const name = error.code === 'ResourceInUse' ? 'ResourceInUseException' : 'AmazonSageMakerException';
    throw new TaskError(`SageMaker.${name}`, error.message);
  }
}

function stopIfRunning(sagemaker: TrainingTaskOptions['sagemaker'], name: string): void {
  try {
    sagemaker.stopTrainingJob(name);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof ServiceError)) throw error;
  }
}

function descriptionOf(job: TrainingJob): Record<string, unknown> {
  const description = describe(job, (ms) => new Date(ms).toISOString());
  if (job.status === 'Completed') return description;
  throw new TaskError('States.TaskFailed', JSON.stringify(description));
}
