import { describe, expect, test } from 'vitest';
import { SERVICE_ACCESS, type ServiceName } from '../../../local/iam/services.ts';
import type { LocalRequest } from '../../../local/service.ts';

const identity = { accountId: '1', region: 'r', endpoint: 'http://127.0.0.1:1' };

function access(service: ServiceName, request: Partial<LocalRequest>): string[] {
  const whole = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
    ...request,
  };
  return SERVICE_ACCESS[service](whole, identity).map(({ action, resource }) => `${action} ${resource}`);
}
const json = (operation: string, input: unknown) => ({
  headers: { 'x-amz-target': `X.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
});
const s3 = (method: string, path: string, query = '', more: Partial<LocalRequest> = {}) =>
  access('s3', { method, path, query: new URLSearchParams(query), ...more });

describe('S3', () => {
  test.each([
    ['GET', '/lake/a%20b', '', 's3:GetObject arn:aws:s3:::lake/a b'],
    ['HEAD', '/lake/a', '', 's3:GetObject arn:aws:s3:::lake/a'],
    ['GET', '/lake/a', 'versionId=1', 's3:GetObjectVersion arn:aws:s3:::lake/a'],
    ['PUT', '/lake/a', '', 's3:PutObject arn:aws:s3:::lake/a'],
    ['PUT', '/lake/a', 'partNumber=1&uploadId=u', 's3:PutObject arn:aws:s3:::lake/a'],
    ['POST', '/lake/a', 'uploads', 's3:PutObject arn:aws:s3:::lake/a'],
    ['DELETE', '/lake/a', 'uploadId=u', 's3:AbortMultipartUpload arn:aws:s3:::lake/a'],
    ['DELETE', '/lake/a', '', 's3:DeleteObject arn:aws:s3:::lake/a'],
    ['PUT', '/lake/a', 'retention', 's3:PutObjectRetention arn:aws:s3:::lake/a'],
    ['GET', '/lake', 'list-type=2', 's3:ListBucket arn:aws:s3:::lake'],
    ['GET', '/', '', 's3:ListAllMyBuckets *'],
  ])('%s %s?%s', (method, path, query, expected) => {
    expect(s3(method, path, query)).toEqual([expected]);
  });

  test('a copy also reads its source, a locked write also sets retention', () => {
    const headers = {
      'x-amz-copy-source': 'other/b%20c?versionId=1',
      'x-amz-object-lock-mode': 'GOVERNANCE',
    };
    expect(s3('PUT', '/lake/a', '', { headers })).toEqual([
      's3:PutObject arn:aws:s3:::lake/a',
      's3:GetObjectVersion arn:aws:s3:::other/b c',
      's3:PutObjectRetention arn:aws:s3:::lake/a',
    ]);
  });

  test('a bulk delete needs each key', () => {
    const body = Buffer.from(
      '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c&#x2F;d</Key></Object></Delete>',
    );
    expect(s3('POST', '/lake', 'delete', { body })).toEqual([
      's3:DeleteObject arn:aws:s3:::lake/a&b',
      's3:DeleteObject arn:aws:s3:::lake/c/d',
    ]);
  });
});

describe('DynamoDB', () => {
  const table = 'arn:aws:dynamodb:r:1:table';
  test.each([
    ['an item', json('PutItem', { TableName: 't' }), [`dynamodb:PutItem ${table}/t`]],
    ['an index', json('Query', { TableName: 't', IndexName: 'i' }), [`dynamodb:Query ${table}/t/index/i`]],
    [
      'a batch',
      json('BatchGetItem', { RequestItems: { a: {}, b: {} } }),
      [`dynamodb:BatchGetItem ${table}/a`, `dynamodb:BatchGetItem ${table}/b`],
    ],
    [
      'a transaction',
      json('TransactWriteItems', {
        TransactItems: [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }],
      }),
      [`dynamodb:PutItem ${table}/a`, `dynamodb:ConditionCheckItem ${table}/b`],
    ],
    ['no table at all', json('ListTables', {}), ['dynamodb:ListTables *']],
    [
      'a body that is no JSON',
      { headers: { 'x-amz-target': 'X.PutItem' }, body: Buffer.from('{') },
      ['dynamodb:PutItem *'],
    ],
  ])('%s', (_, request, expected) => {
    expect(access('dynamodb', request)).toEqual(expected);
  });
});

describe('the other services', () => {
  test.each<[ServiceName, Partial<LocalRequest>, string[]]>([
    ['sqs', json('SendMessageBatch', { QueueUrl: 'http://h/1/q' }), ['sqs:SendMessage arn:aws:sqs:r:1:q']],
    ['sqs', json('ListQueues', {}), ['sqs:ListQueues *']],
    ['sns', { body: Buffer.from('Action=PublishBatch&TopicArn=arn%3At') }, ['sns:Publish arn:t']],
    [
      'ssm',
      json('GetParameters', { Names: ['/a/b', 'c'] }),
      ['ssm:GetParameters arn:aws:ssm:r:1:parameter/a/b', 'ssm:GetParameters arn:aws:ssm:r:1:parameter/c'],
    ],
    ['states', json('StartExecution', { stateMachineArn: 'arn:m' }), ['states:StartExecution arn:m']],
    ['states', json('SendTaskSuccess', { taskToken: 't' }), ['states:SendTaskSuccess *']],
    [
      'lambda',
      { path: '/2015-03-31/functions/f/invocations' },
      ['lambda:InvokeFunction arn:aws:lambda:r:1:function:f'],
    ],
    [
      'scheduler',
      { method: 'PUT', path: '/schedules/s', body: Buffer.from('{"GroupName":"g"}') },
      ['scheduler:UpdateSchedule arn:aws:scheduler:r:1:schedule/g/s'],
    ],
    ['scheduler', { method: 'GET', path: '/schedules' }, ['scheduler:ListSchedules *']],
  ])('%s', (service, request, expected) => {
    expect(access(service, request)).toEqual(expected);
  });
});
