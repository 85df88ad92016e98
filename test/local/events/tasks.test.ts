import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../../local/clock/switchable.ts';
import { createDynamoDb, type DynamoDbService } from '../../../local/dynamodb/dynamodb.ts';
import { scheduleTargets } from '../../../local/events/schedule-targets.ts';
import { sendToTarget } from '../../../local/events/targets.ts';
import { taskResources } from '../../../local/events/task-resources.ts';
import { Roles } from '../../../local/iam/roles.ts';
import { createS3, type S3Service } from '../../../local/s3/service.ts';
import type { SageMakerService } from '../../../local/sagemaker/contract.ts';
import { createSageMaker } from '../../../local/sagemaker/service.ts';
import { createSns, type SnsService } from '../../../local/sns/sns.ts';
import { createSqs, type SqsService } from '../../../local/sqs/sqs.ts';
import type { InvokeTask } from '../../../local/stepfunctions/service.ts';
import { createFixture, IDENTITY, type LambdaFixture } from '../lambda/fixture.ts';

const { accountId, region } = IDENTITY;
const context = {
  executionArn: 'e',
  executionName: 'e',
  stateMachineArn: 'machine',
  stateName: 's',
  retryCount: 0,
  attemptId: 'e|/|1|0',
  signal: new AbortController().signal,
};

let directory: string;
let fixture: LambdaFixture;
let sqs: SqsService;
let dynamodb: DynamoDbService;
let sns: SnsService;
let s3: S3Service;
let sagemaker: SageMakerService;
let roles: Roles;
let invokeTask: InvokeTask;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tasks-'));
  const clock = realClock();
  fixture = createFixture();
  fixture.add(
    'echo',
    "exports.handler = async (event) => { if (event.fail) { const e = new Error('taken'); e.name = 'Conflict'; throw e; } return event; };",
  );
  sqs = createSqs({
    directory: join(directory, 'sqs'),
    clock,
    endpoint: () => 'http://127.0.0.1:1',
    accountId,
    region,
  });
  sqs.createQueue({ name: 'q', visibilityTimeoutS: 30, retentionS: 3600, delayS: 0 });
  dynamodb = await createDynamoDb({ directory: join(directory, 'dynamodb'), clock, accountId, region });
  const key = { AttributeName: 'pk', KeyType: 'HASH' };
  await dynamodb.createTable({
    name: 'table',
    KeySchema: [key],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
  sns = createSns({ directory: join(directory, 'sns'), clock, deliver: async () => {}, accountId, region });
  sns.createTopic({ name: 'topic' });
  s3 = createS3({ directory: join(directory, 's3'), clock, onEvent: () => {} });
  s3.createBucket('lake');
  roles = new Roles(Buffer.from('seed'));
  sagemaker = createSageMaker({
    ...{ directory: join(directory, 'sagemaker'), logDirectory: join(directory, 'logs') },
    ...{ clock, identity: IDENTITY, keyOf: (roleArn) => roles.byArn(roleArn).key },
    readObject: () => Promise.reject(new Error('no endpoint here')),
  });
  const role = roles.add('machine', `arn:aws:iam::${accountId}:role/machine`);
  const Action = ['lambda:InvokeFunction', 'sqs:SendMessage', 'dynamodb:PutItem', 'sns:Publish'];
  roles.attach('machine', { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }, 'P');
  invokeTask = taskResources({
    identity: IDENTITY,
    roles,
    lambda: fixture.lambda,
    services: { dynamodb, s3, sagemaker, sns, sqs },
    roleOf: () => role,
  });
});
afterAll(async () => {
  await Promise.all([fixture, sqs, dynamodb, sns, s3, sagemaker].map((service) => service.close()));
  rmSync(directory, { recursive: true, force: true });
});

const task = (resource: string, taskArguments: unknown) =>
  invokeTask(`arn:aws:states:::${resource}`, taskArguments, context);

describe('tasks of state machines', () => {
  test('lambda:invoke answers the payload', async () => {
    const answer = await task('lambda:invoke', {
      FunctionName: 'arn:aws:lambda:ap-south-1:000000000000:function:echo',
      Payload: { a: 1 },
    });
    expect(answer).toEqual({ ExecutedVersion: '$LATEST', Payload: { a: 1 }, StatusCode: 200 });
  });

  test('lambda:invoke fails under the name of the function’s error, its report as the cause', async () => {
    const failed = task('lambda:invoke', { FunctionName: 'echo', Payload: { fail: true } });
    await expect(failed).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('"errorMessage":"taken"'),
    });
  });

  test('sqs:sendMessage sends text as it is and anything else as JSON', async () => {
    await task('sqs:sendMessage', { QueueUrl: 'http://127.0.0.1:1/000000000000/q', MessageBody: 'text' });
    await task('sqs:sendMessage', { QueueUrl: 'http://127.0.0.1:1/000000000000/q', MessageBody: { a: 1 } });
    expect(
      sqs
        .queue('q')
        .receive(10)
        .map(({ body }) => body),
    ).toEqual(['text', '{"a":1}']);
  });

  test('dynamodb:putItem, and a failed condition under its own name', async () => {
    const input = {
      TableName: 'table',
      Item: { pk: { S: 'a' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    expect(await task('dynamodb:putItem', input)).toEqual({});
    await expect(task('dynamodb:putItem', input)).rejects.toMatchObject({
      name: 'DynamoDB.ConditionalCheckFailedException',
    });
  });

  test('sns:publish answers the message id', async () => {
    const TopicArn = `arn:aws:sns:${region}:${accountId}:topic`;
    const MessageAttributes = { rule: { DataType: 'String', StringValue: 'drift' } };
    const answer = await task('sns:publish', {
      TopicArn,
      Subject: 'Drift',
      Message: { psi: 0.4 },
      MessageAttributes,
    });
    expect(answer).toEqual({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('what the machine’s role does not allow is refused by action and resource', async () => {
    const refused = task('dynamodb:deleteItem', { TableName: 'table', Key: { pk: { S: 'a' } } });
    await expect(refused).rejects.toMatchObject({
      name: 'DynamoDB.AccessDeniedException',
      message: `role machine is not allowed dynamodb:DeleteItem on arn:aws:dynamodb:${region}:${accountId}:table/table`,
    });
  });

  test('an unknown resource is named', async () => {
    await expect(task('glue:startJobRun', {})).rejects.toThrow('was arn:aws:states:::glue:startJobRun');
  });
});

describe('targets', () => {
  const started: unknown[] = [];
  const targets = () => ({
    lambda: fixture.lambda,
    sqs,
    states: { startExecution: (request: unknown) => void started.push(request) as never },
  });

  test('take a payload by the kind of their ARN', async () => {
    await sendToTarget(targets(), `arn:aws:sqs:${region}:${accountId}:q`, 'x');
    expect(sqs.queue('q').receive(1)[0]?.body).toBe('x');
    const machine = `arn:aws:states:${region}:${accountId}:stateMachine:m`;
    await sendToTarget(targets(), machine, '{}', 'id');
    expect(started).toEqual([{ stateMachineArn: machine, input: '{}', name: 'id' }]);
    await expect(sendToTarget(targets(), 'arn:aws:kinesis:r:1:stream/s', '')).rejects.toThrow(
      'was arn:aws:kinesis:r:1:stream/s',
    );
  });

  test('of a schedule are reached under the schedule’s own role', async () => {
    roles.add('schedule', `arn:aws:iam::${accountId}:role/schedule`);
    const invoke = scheduleTargets({
      roles,
      targets: targets(),
      roleArnOf: () => `arn:aws:iam::${accountId}:role/schedule`,
    });
    const firing = {
      arn: `arn:aws:sqs:${region}:${accountId}:q`,
      input: '{}',
      scheduleName: 's',
      scheduledMs: 0,
      executionId: 'e',
    };
    await expect(invoke(firing)).rejects.toThrow(
      'schedule s: role schedule is not allowed sqs:SendMessage on arn:aws:sqs',
    );
    roles.attach(
      'schedule',
      { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] },
      'P',
    );
    await invoke(firing);
    expect(sqs.queue('q').receive(1)[0]?.body).toBe('{}');
  });
});
