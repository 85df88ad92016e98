import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock, type SwitchableClock } from '../../../local/clock/switchable.ts';
import { taskResources } from '../../../local/events/task-resources.ts';
import { Roles } from '../../../local/iam/roles.ts';
import { createS3, type S3Service } from '../../../local/s3/service.ts';
import { createStepFunctions, type StepFunctionsService } from '../../../local/stepfunctions/service.ts';
import { IDENTITY } from '../lambda/fixture.ts';
import {
  createFixture,
  isAlive,
  ROLE,
  requestOf,
  type SageMakerFixture,
} from '../sagemaker/sagemaker-fixture.ts';
import { machineOf, temporaryDirectory } from '../stepfunctions/harness.ts';

const JOBS = 'arn:aws:sagemaker:ap-south-1:000000000000:training-job/*';
const RULE = 'arn:aws:events:ap-south-1:000000000000:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule';

const directory = temporaryDirectory();
let clock: SwitchableClock;
let sagemaker: SageMakerFixture;
let s3: S3Service;
let roles: Roles;
let states: StepFunctionsService;

function openStates(): StepFunctionsService {
  const invokeTask = taskResources({
    ...{ identity: IDENTITY, roles, lambda: {} as never, roleOf: (arn) => roles.byArn(`x/${nameIn(arn)}`) },
    services: { dynamodb: s3, s3, sagemaker: sagemaker.service, sns: s3, sqs: s3 },
  });
  return createStepFunctions({ directory: directory.path, clock, invokeTask, ...IDENTITY });
}
const nameIn = (arn: string) => arn.split(':').at(-1)!;

beforeAll(() => {
  clock = realClock();
  sagemaker = createFixture(clock);
  s3 = createS3({ directory: `${directory.path}/s3`, clock });
  s3.createBucket('lake');
  roles = new Roles(Buffer.from('seed'));
  for (const name of ['train', 'read', 'blind']) roles.add(name, `arn:aws:iam::000000000000:role/${name}`);
  allow('train', ['sagemaker:CreateTrainingJob'], JOBS);
  allow('train', ['sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'], JOBS);
  allow('train', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], RULE);
  allow('train', ['iam:PassRole'], ROLE, {
    StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
  });
  allow('read', ['s3:GetObject'], 'arn:aws:s3:::lake/reports/*');
  states = openStates();
});
afterAll(async () => {
  await sagemaker.close();
  await states.close();
  await s3.close();
  clock.close();
  directory.remove();
});

function allow(role: string, Action: string[], Resource: string, Condition = {}): void {
  roles.attach(role, { Statement: [{ Effect: 'Allow', Action, Resource, Condition }] }, 'P');
}

/** Starts a machine of one task under the role of its own name. */
function start(role: string, resource: string, Arguments: unknown, more: object = {}) {
  const task = { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments, End: true, ...more };
  const stateMachineArn = states.createStateMachine({ name: role, definition: machineOf({ Task: task }) });
  return states.startExecution({ stateMachineArn, input: '{}' }).arn;
}
const run = async (...given: Parameters<typeof start>) => states.untilFinished(start(...given));
const SYNC = 'sagemaker:createTrainingJob.sync';
const job = (name: string, what: Record<string, string>) => requestOf(name, sagemaker.image, what);

describe('createTrainingJob', () => {
  test('.sync waits for the end and answers the description', async () => {
    const { status, output } = await run('train', SYNC, job('waited', { do: 'report' }));
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output!)).toMatchObject({
      TrainingJobName: 'waited',
      TrainingJobStatus: 'Completed',
      HyperParameters: { do: 'report' },
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  test('without .sync answers at once', async () => {
    const { output } = await run('train', 'sagemaker:createTrainingJob', job('sent', { do: 'report' }));
    expect(JSON.parse(output!)).toEqual({
      TrainingJobArn: 'arn:aws:sagemaker:ap-south-1:000000000000:training-job/sent',
    });
    await sagemaker.service.untilEnded('sent');
  });

  test('.sync fails with the description of a job that failed', async () => {
    const failed = await run('train', SYNC, job('failed', { do: 'fail', reason: 'NotFound: no dataset' }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(failed.cause!)).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: NotFound: no dataset, exit code: 1',
    });
  });

  test('of a taken name fails under the API’s name for it', async () => {
    const taken = await run('train', SYNC, job('waited', { do: 'report' }));
    expect(taken).toMatchObject({ status: 'FAILED', error: 'SageMaker.ResourceInUseException' });
    const wrong = await run('train', SYNC, { TrainingJobName: 'x' });
    expect(wrong.error).toBe('SageMaker.AmazonSageMakerException');
  });

  test('stops its job when the execution is stopped, or the task timed out', async () => {
    const executionArn = start('train', SYNC, job('abandoned', { do: 'wait' }));
    await expect.poll(() => sagemaker.log('abandoned'), { timeout: 10_000 }).toContain('pid');
    states.stopExecution(executionArn);
    expect((await sagemaker.service.untilEnded('abandoned')).status).toBe('Stopped');
    const late = await run('train', SYNC, job('late', { do: 'wait' }), { TimeoutSeconds: 1 });
    expect(late.error).toBe('States.Timeout');
    expect((await sagemaker.service.untilEnded('late')).status).toBe('Stopped');
  });

  test('finds its job again after a restart of the cloud', async () => {
    const executionArn = start('train', SYNC, job('resumed', { do: 'wait' }));
    await expect.poll(() => sagemaker.log('resumed'), { timeout: 10_000 }).toContain('pid');
    await sagemaker.reopen();
    await states.close();
    const pid = Number(/pid (\d+)/.exec(sagemaker.log('resumed'))?.[1]);
    expect(isAlive(pid)).toBe(false);
    states = openStates();
    sagemaker.service.start();
    states.resume();
    await expect.poll(() => sagemaker.log('resumed').match(/pid/g)?.length, { timeout: 10_000 }).toBe(2);
    sagemaker.service.stopTrainingJob('resumed');
    const { error, cause } = await states.untilFinished(executionArn);
    expect([error, JSON.parse(cause!).TrainingJobStatus]).toEqual(['States.TaskFailed', 'Stopped']);
  });

  test('wants every right that AWS wants of the machine’s role', async () => {
    const wanted = new Map([
      ['sagemaker:CreateTrainingJob', JOBS],
      ['iam:PassRole', ROLE],
      ['sagemaker:DescribeTrainingJob', JOBS],
      ['sagemaker:StopTrainingJob', JOBS],
      ['events:PutTargets', RULE],
      ['events:PutRule', RULE],
      ['events:DescribeRule', RULE],
    ]);
    for (const [action, resource] of wanted) {
      const denied = await run('blind', SYNC, job('denied', { do: 'report' }));
      expect(denied.cause).toContain(`role blind is not allowed ${action} on`);
      allow('blind', [action], resource);
    }
    expect((await run('blind', SYNC, job('allowed', { do: 'report' }))).status).toBe('SUCCEEDED');
  });
});

describe('aws-sdk:s3:getObject', () => {
  const GET = 'aws-sdk:s3:getObject';
  beforeAll(async () => {
    for (const key of ['reports/a b.json', 'secret.json']) {
      const path = `/lake/${key.split('/').map(encodeURIComponent).join('/')}`;
      const body = Buffer.from('{"version":"ü"}');
      await s3.handle({ method: 'PUT', path, query: new URLSearchParams(), headers: {}, body });
    }
  });

  test('answers the object as text', async () => {
    const { output } = await run('read', GET, { Bucket: 'lake', Key: 'reports/a b.json' });
    expect(JSON.parse(output!)).toMatchObject({ Body: '{"version":"ü"}', ContentLength: 16 });
  });

  test('fails under the SDK’s names', async () => {
    const missing = await run('read', GET, { Bucket: 'lake', Key: 'reports/none.json' });
    expect(missing.error).toBe('S3.NoSuchKeyException');
    const denied = await run('read', GET, { Bucket: 'lake', Key: 'secret.json' });
    expect(denied).toMatchObject({ error: 'S3.S3Exception', cause: expect.stringContaining('s3:GetObject') });
    const odd = await run('read', GET, { Bucket: 'lake', Key: 'reports/a b.json', VersionId: '1' });
    expect(odd.cause).toBe('expected Bucket and Key, was VersionId too');
  });
});
