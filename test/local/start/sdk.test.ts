import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { type Cloud, startCloud } from '../../../local/start.ts';
import { jsonOf, signedFetch } from './signed-fetch.ts';

const ASSEMBLY = join(import.meta.dirname, 'assembly');

let directory: string;
let clock: SwitchableClock;
let cloud: Cloud;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  clock = simulatedClock(Date.UTC(2025, 11, 4, 10, 0, 0));
  cloud = await startCloud({ cdkOut: ASSEMBLY, directory, port: 0, clock });
});

afterAll(async () => {
  await cloud.close();
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

const config = (service: string, role: 'operator' | 'viewer' = 'operator') => ({
  region: cloud.region,
  endpoint: `${cloud.endpoint}/aws/${service}`,
  credentials: cloud.keys[role]!,
});
const output = (name: string) => cloud.outputs['test-data']?.[name] ?? '';
const control = async (path: string) =>
  jsonOf(
    await fetch(`${cloud.endpoint}/_local/${path}`, { headers: { 'x-local-cloud-token': cloud.token } }),
  );

describe('unmodified SDK clients with verified signatures', () => {
  test('S3: a body in one piece and one in signed-off chunks', async () => {
    const s3 = new S3Client(config('s3'));
    const Bucket = output('Lake');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'raw/a b+ü.txt', Body: 'plain' }));
    const stream = Readable.from([Buffer.from('chunked')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'raw/chunked.txt', Body: stream, ContentLength: 7 }));
    for (const [Key, text] of [
      ['raw/a b+ü.txt', 'plain'],
      ['raw/chunked.txt', 'chunked'],
    ] as const) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(text);
    }
  });

  test('S3: who may not list is told 403 of a missing object, as on AWS', async () => {
    const get = (role: 'operator' | 'viewer') =>
      new S3Client(config('s3', role)).send(new GetObjectCommand({ Bucket: output('Lake'), Key: 'missing' }));
    await expect(get('operator')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get('viewer')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('S3: a notification invokes its function', async () => {
    await new S3Client(config('s3')).send(
      new PutObjectCommand({ Bucket: output('Lake'), Key: 'a.count', Body: 'x' }),
    );
    expect(await control('idle')).toMatchObject({ idle: true });
    const answer = await signedFetch(cloud.endpoint, '/v1/counters/a.count', cloud.keys.viewer!, {
      signedAt: new Date(clock.nowMs()),
    });
    expect(await jsonOf(answer)).toMatchObject({ messages: 1 });
  });

  test('DynamoDB: an item, and a refusal that names action and table', async () => {
    const TableName = output('Table');
    const operator = new DynamoDBClient(config('dynamodb'));
    await operator.send(new PutItemCommand({ TableName, Item: { pk: { S: 'p' } } }));
    expect((await operator.send(new GetItemCommand({ TableName, Key: { pk: { S: 'p' } } }))).Item).toEqual({
      pk: { S: 'p' },
    });
    const viewer = new DynamoDBClient(config('dynamodb', 'viewer'));
    const refused = viewer.send(new GetItemCommand({ TableName, Key: { pk: { S: 'p' } } }));
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:GetItem on resource: ${output('TableArn')}`),
    });
  });

  test('SNS: an e-mail lands in the outbox', async () => {
    await new SNSClient(config('sns')).send(
      new PublishCommand({ TopicArn: output('Topic'), Subject: 'Drift', Message: 'PSI 0.4' }),
    );
    expect(await control('idle')).toMatchObject({ idle: true });
    const { emails } = await control('outbox');
    expect(emails).toEqual([
      expect.objectContaining({
        to: 'desk@example.com',
        subject: 'Drift',
        body: expect.stringContaining('PSI 0.4'),
      }),
    ]);
  });

  test('SSM: a value put by hand', async () => {
    const ssm = new SSMClient(config('ssm'));
    await ssm.send(
      new PutParameterCommand({
        Name: '/test/webhook',
        Value: `${cloud.endpoint}/_local/slack`,
        Overwrite: true,
      }),
    );
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/test/webhook' }));
    expect(Parameter?.Value).toBe(`${cloud.endpoint}/_local/slack`);
  });

  test('Step Functions: a machine runs its tasks under its own role', async () => {
    const states = new SFNClient(config('states'));
    const stateMachineArn = cloud.outputs['test-api']?.['Machine'];
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"counter":"m"}' }),
    );
    expect(await control('idle')).toMatchObject({ idle: true });
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      output: JSON.stringify({ statusCode: 404, body: 'unknown counter' }),
    });
  });

  test('Scheduler: 16:00 in Kolkata starts the machine, whose message is counted', async () => {
    await clock.advanceTo(Date.UTC(2025, 11, 4, 10, 32, 0));
    const answer = await signedFetch(cloud.endpoint, '/v1/counters/scheduled', cloud.keys.viewer!, {
      signedAt: new Date(clock.nowMs()),
    });
    expect(await jsonOf(answer)).toMatchObject({ messages: 1, counted_at: '2025-12-04T10:31:00.000Z' });
  });

  test('Slack: what a webhook gets can be read by the control', async () => {
    const posted = await fetch(`${cloud.endpoint}/_local/slack`, {
      method: 'POST',
      body: '{"text":"drift"}',
    });
    expect(await posted.text()).toBe('ok');
    expect(await control('slack')).toEqual({
      messages: [{ receivedAt: expect.any(String), body: { text: 'drift' } }],
    });
  });
});

test('a service the cloud does not run is refused by name', async () => {
  const answer = await fetch(`${cloud.endpoint}/aws/kinesis/`, { method: 'POST' });
  expect(answer.status).toBe(501);
  expect((await jsonOf(answer))['message']).toContain('was kinesis');
});
