import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, isAlive, requestOf, type SageMakerFixture } from './sagemaker-fixture.ts';

let fixture: SageMakerFixture;
beforeAll(() => {
  fixture = createFixture();
});
afterAll(() => fixture.close());

const ended = (name: string) => fixture.service.untilEnded(name);
const describeJob = (name: string) => fixture.service.describeTrainingJob(name);
const pidOf = async (name: string) => {
  await expect.poll(() => fixture.log(name), { timeout: 10_000 }).toMatch(/pid \d+/);
  return Number(/pid (\d+)/.exec(fixture.log(name))?.[1]);
};

describe('a training job', () => {
  test('runs the image with what SageMaker gives a container, and completes', async () => {
    fixture.create('whole', { do: 'report', request: '{"exchange":"NSE"}' });
    expect(describeJob('whole')).toMatchObject({ status: 'InProgress', endedMs: null });
    expect(await ended('whole')).toMatchObject({ status: 'Completed', failureReason: null });
    const { argv, given, env } = JSON.parse(fixture.log('whole'));
    expect(argv).toEqual(['train']);
    expect(given).toEqual({ do: 'report', request: '{"exchange":"NSE"}' });
    expect(env).toMatchObject({
      TRAINING_JOB_NAME: 'whole',
      TRAINING_JOB_ARN: 'arn:aws:sagemaker:ap-south-1:000000000000:training-job/whole',
      LAKE_BUCKET: 'lake',
      AWS_REGION: 'ap-south-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      LD_LIBRARY_PATH: `${join(fixture.directory, 'code', 'lib')}:/usr/lib`,
    });
    expect(env.AWS_ENDPOINT_URL_S3).toBe('http://127.0.0.1:1/aws/s3');
    expect(existsSync(env.SAGEMAKER_BASE_DIR)).toBe(false);
  });

  test('that fails says why, in the words of its failure file', async () => {
    fixture.create('failing', { do: 'fail', reason: 'RejectedInput: labels: expected two classes' });
    expect(await ended('failing')).toMatchObject({
      status: 'Failed',
      secondaryStatus: 'Failed',
      failureReason: 'AlgorithmError: RejectedInput: labels: expected two classes, exit code: 1',
    });
  });

  test('that says nothing has its exit code, and a long reason is cut off', async () => {
    fixture.create('silent', { do: 'exit', code: '3' });
    fixture.create('talking', { do: 'fail', reason: 'x'.repeat(2000) });
    expect((await ended('silent')).failureReason).toBe('AlgorithmError: , exit code: 3');
    expect((await ended('talking')).failureReason).toBe(`AlgorithmError: ${'x'.repeat(1024)}, exit code: 1`);
  });

  test('that leaves a model behind fails: nobody would upload it', async () => {
    fixture.create('leaving', { do: 'leave' });
    expect((await ended('leaving')).failureReason).toMatch(/^InternalServerError: .* was weights\.bin$/);
  });

  test('finds no package that its image does not hold', async () => {
    fixture.create('borrowing', { do: 'foreign' });
    expect((await ended('borrowing')).status).toBe('Failed');
    expect(fixture.log('borrowing')).toContain("Cannot find module 'zod'");
  });

  test('that is stopped ends as stopped, and can be stopped once', async () => {
    fixture.create('stopped', { do: 'wait' });
    const pid = await pidOf('stopped');
    fixture.service.stopTrainingJob('stopped');
    expect(describeJob('stopped').status).toBe('Stopping');
    fixture.service.stopTrainingJob('stopped');
    expect(await ended('stopped')).toMatchObject({ status: 'Stopped', secondaryStatus: 'Stopped' });
    expect(isAlive(pid)).toBe(false);
    expect(() => fixture.service.stopTrainingJob('stopped')).toThrow('the training job is in status Stopped');
  });

  test('that does not hear is killed after its grace', async () => {
    fixture.create('deaf', { do: 'deaf' });
    const pid = await pidOf('deaf');
    fixture.service.stopTrainingJob('deaf');
    expect((await ended('deaf')).status).toBe('Stopped');
    expect(fixture.log('deaf')).toContain('heard');
    expect(isAlive(pid)).toBe(false);
  });

  test('that runs beyond its limit is stopped, and says that', async () => {
    fixture.create('endless', { do: 'wait' }, { StoppingCondition: { MaxRuntimeInSeconds: 1 } });
    expect(await ended('endless')).toMatchObject({
      status: 'Stopped',
      secondaryStatus: 'MaxRuntimeExceeded',
    });
  });
});

describe('a request', () => {
  test('with a name that a job has or had is refused, unless it is the same attempt', async () => {
    const request = requestOf('taken', fixture.image, { do: 'exit', code: '0' });
    fixture.service.createTrainingJob(request, 'attempt-1');
    await ended('taken');
    expect(fixture.service.createTrainingJob(request, 'attempt-1').status).toBe('Completed');
    for (const attempt of ['attempt-2', undefined]) {
      expect(() => fixture.service.createTrainingJob(request, attempt)).toThrow(
        expect.objectContaining({ code: 'ResourceInUse' }),
      );
    }
    const shouted = { ...request, TrainingJobName: 'TAKEN' };
    expect(() => fixture.service.createTrainingJob(shouted)).toThrow('was arn:aws:sagemaker');
  });

  test.each([
    ['TrainingJobName', { TrainingJobName: '-x' }],
    ['RoleArn', { RoleArn: 'arn:aws:iam::000000000000:role/nobody' }],
    ['RoleArn', { RoleArn: 'training' }],
    ['TrainingImage', { AlgorithmSpecification: { TrainingImage: 'repo:v9', TrainingInputMode: 'File' } }],
    [
      'InstanceCount',
      { ResourceConfig: { InstanceType: 'ml.c7i.xlarge', InstanceCount: 2, VolumeSizeInGB: 1 } },
    ],
    ['MaxRuntimeInSeconds', { StoppingCondition: { MaxRuntimeInSeconds: 0 } }],
    ['HyperParameters', { HyperParameters: { a: 'x'.repeat(2501) } }],
    ['InputDataConfig', { InputDataConfig: [] }],
  ])('that is wrong in %s is refused and names it', (member, changes) => {
    const request = { ...requestOf('wrong', fixture.image, {}), ...changes };
    expect(() => fixture.service.createTrainingJob(request)).toThrow(
      expect.objectContaining({ code: 'ValidationException', message: expect.stringContaining(member) }),
    );
    expect(() => describeJob('wrong')).toThrow('Requested resource not found');
  });
});

describe('a cloud that stops', () => {
  test('leaves no process behind, and the next start runs the job again from its beginning', async () => {
    fixture.create('kept', { do: 'wait' });
    const pid = await pidOf('kept');
    let isSettled = false;
    void ended('kept').then(() => {
      isSettled = true;
    });
    await fixture.reopen();
    expect(isAlive(pid)).toBe(false);
    expect(isSettled).toBe(false);
    expect(describeJob('kept').status).toBe('InProgress');
    fixture.service.start();
    await expect.poll(() => fixture.log('kept').match(/pid/g)?.length, { timeout: 10_000 }).toBe(2);
    fixture.service.stopTrainingJob('kept');
    expect((await ended('kept')).status).toBe('Stopped');
    expect(readdirSync(join(fixture.directory, 'state', 'containers'))).toEqual([]);
  });

  test('while a job ends finds it stopped, and one whose image is gone failed', async () => {
    fixture.create('stopping', { do: 'deaf' });
    fixture.create('gone', { do: 'wait' }, {});
    await pidOf('stopping');
    fixture.service.stopTrainingJob('stopping');
    await fixture.reopen();
    const gone = { folder: '/nowhere', environment: {}, labels: {}, entrypoint: ['node', 'none.js'] };
    fixture.service.addImage('v1', gone);
    fixture.service.start();
    expect((await ended('stopping')).status).toBe('Stopped');
    expect((await ended('gone')).status).toBe('Failed');
  });
});
