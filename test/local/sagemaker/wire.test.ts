import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createFixture, requestOf, type SageMakerFixture } from './sagemaker-fixture.ts';

const NOW = Date.UTC(2025, 11, 4, 10, 30);
const clock = simulatedClock(NOW);
let fixture: SageMakerFixture;
beforeAll(() => {
  fixture = createFixture(clock);
});
afterAll(async () => {
  await fixture.close();
  clock.close();
});

/** One call in AWS JSON 1.1, as an SDK client sends it. */
async function call(operation: string, input: unknown) {
  const { status, headers, body } = await fixture.service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `SageMaker.${operation}`, 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(input)),
  });
  expect(headers?.['content-type']).toBe('application/x-amz-json-1.1');
  return { status, body: JSON.parse(String(body)) };
}

describe('the protocol', () => {
  test('creates a job and describes it, its times in seconds', async () => {
    const arn = 'arn:aws:sagemaker:ap-south-1:000000000000:training-job/job-1';
    const created = await call('CreateTrainingJob', requestOf('Job-1', fixture.image, { do: 'report' }));
    expect(created).toEqual({ status: 200, body: { TrainingJobArn: arn } });
    await fixture.service.untilEnded('Job-1');
    const { body } = await call('DescribeTrainingJob', { TrainingJobName: 'Job-1' });
    expect(body).toMatchObject({
      TrainingJobName: 'Job-1',
      TrainingJobArn: arn,
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      HyperParameters: { do: 'report' },
      CreationTime: NOW / 1000,
      TrainingEndTime: NOW / 1000,
    });
    expect(body).not.toHaveProperty('FailureReason');
  });

  test('gives the program the simulated time, and holds that time while it runs', async () => {
    await call('CreateTrainingJob', requestOf('timed', fixture.image, { do: 'report' }));
    await clock.advanceTo(NOW + 60_000);
    expect(fixture.service.describeTrainingJob('timed')).toMatchObject({ status: 'Completed', endedMs: NOW });
    expect(JSON.parse(fixture.log('timed')).now).toBe(NOW);
  });

  test('answers errors under the names that a client throws', async () => {
    const taken = await call('CreateTrainingJob', requestOf('timed', fixture.image, { do: 'report' }));
    expect(taken).toMatchObject({ status: 400, body: { __type: 'ResourceInUse' } });
    const missing = await call('DescribeTrainingJob', { TrainingJobName: 'nobody' });
    expect(missing).toMatchObject({ status: 400, body: { __type: 'ValidationException' } });
    expect((await call('StopTrainingJob', {})).body.message).toContain('TrainingJobName: expected text');
    expect((await call('CreateTuningJob', {})).body).toMatchObject({ __type: 'UnknownOperationException' });
  });
});
