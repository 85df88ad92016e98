import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EndpointCloud, startEndpointCloud } from '../../factories/model-endpoint.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { isAlive } from './sagemaker-fixture.ts';

let cloud: EndpointCloud;
let candidate: Candidate;
beforeAll(async () => {
  cloud = await startEndpointCloud();
  candidate = await trainedCandidate(trackerMarket());
}, 60_000);
afterAll(() => cloud.stop());

const question = () => ({
  ...{ schema: 1, bundle_hash: candidate.bundle.bundle_hash, regime_state: null },
  features: candidate.bundle.feature_names.map(() => 1),
});
const ask = (EndpointName: string, body: unknown = question()) =>
  cloud.client.send(
    new InvokeEndpointCommand({ EndpointName, ContentType: 'application/json', Body: JSON.stringify(body) }),
  );

describe('an endpoint', () => {
  test('is made of a model and a configuration, and answers once it is in service', async () => {
    await cloud.create('one', candidate.files);
    await expect(ask('one')).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await cloud.settled('one')).toBe('InService');
    const { Body, InvokedProductionVariant, ContentType } = await ask('one');
    expect(JSON.parse(new TextDecoder().decode(Body)).bundle_hash).toBe(candidate.bundle.bundle_hash);
    expect({ InvokedProductionVariant, ContentType }).toEqual({
      InvokedProductionVariant: 'primary',
      ContentType: 'application/json',
    });
    // Done twice it finds its own work.
    await cloud.create('one', candidate.files);
    expect(await cloud.endpoints.find('one')).toEqual({ status: 'InService', failure: null });
  });

  test('passes on what its container refuses, as ModelError with the reason', async () => {
    const refused = ask('one', { ...question(), features: [1] });
    await expect(refused).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 });
    await expect(refused).rejects.toThrow(/primary with message .*features: expected \d+ values, was 1/);
  });

  test('starts its container again when it has died, and after a restart of the cloud', async () => {
    const pid = cloud.pidOf('one')!;
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => cloud.pidOf('one'), { timeout: 30_000 })
      .toSatisfy((now) => now !== undefined && now !== pid);
    expect((await ask('one')).$metadata.httpStatusCode).toBe(200);
    const second = cloud.pidOf('one')!;
    await cloud.reopen();
    expect(isAlive(second)).toBe(false);
    await expect.poll(() => cloud.pidOf('one'), { timeout: 30_000 }).toBeDefined();
    expect((await ask('one')).$metadata.httpStatusCode).toBe(200);
  });

  test('whose model is none fails, and says why', async () => {
    const broken = new Map(candidate.files);
    broken.set('model.onnx', new TextEncoder().encode('no graph'));
    await cloud.create('broken', broken);
    expect(await cloud.settled('broken')).toBe('Failed');
    expect((await cloud.endpoints.find('broken'))!.failure).toContain('did not pass the ping health check');
    expect(cloud.log('broken')).toContain('model.onnx: expected SHA-256');
    await expect(ask('broken')).rejects.toMatchObject({ name: 'ValidationError' });
  }, 60_000);

  test('ends with its container when it is removed, and may be made again', async () => {
    const pid = cloud.pidOf('one')!;
    await cloud.endpoints.remove('one');
    expect(isAlive(pid)).toBe(false);
    expect(await cloud.endpoints.find('one')).toBeUndefined();
    await expect(ask('one')).rejects.toMatchObject({ name: 'ValidationError' });
    await cloud.endpoints.remove('one');
    await cloud.serve('one', candidate.files);
    expect((await ask('one')).$metadata.httpStatusCode).toBe(200);
  });

  test('is refused by the name of the member that is wrong', async () => {
    const plan = {
      name: 'bad name',
      image: 'none',
      roleArn: 'none',
      modelData: 's3://lake/x',
      instanceType: 'large',
    };
    await expect(cloud.endpoints.create(plan)).rejects.toThrow(/ValidationException.*CreateModel/);
    const known = { ...plan, name: 'known', roleArn: 'arn:aws:iam::111122223333:role/serving' };
    const unknownImage = { ...known, modelData: 's3://lake/x.tar.gz', image: 'repository:other' };
    await expect(cloud.endpoints.create(unknownImage)).rejects.toThrow('expected an image of the templates');
  });
});
