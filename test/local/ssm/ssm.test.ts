import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { createSsm, type SsmService } from '../../../local/ssm/ssm.ts';
import { clientSettings, type ServiceServer, serve } from '../sqs/service-server.ts';

const NOW_MS = Date.UTC(2025, 11, 4);
let directory: string;
let ssm: SsmService;
let server: ServiceServer;
let client: SSMClient;

const open = () =>
  createSsm({ directory, clock: simulatedClock(NOW_MS), accountId: '111122223333', region: 'ap-south-1' });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ssm-'));
  ssm = open();
  server = await serve('/aws/ssm', () => ssm);
  client = new SSMClient(clientSettings(server.endpoint));
});
afterEach(async () => {
  client.destroy();
  await server.close();
  await ssm.close();
  rmSync(directory, { recursive: true });
});

const put = (
  Name: string,
  Value: string,
  more: { Type?: 'String' | 'SecureString'; Overwrite?: boolean } = {},
) => client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;
const names = async (Path: string, more: object = {}) => {
  const { Parameters, NextToken } = await client.send(new GetParametersByPathCommand({ Path, ...more }));
  return { names: Parameters?.map(({ Name }) => Name), NextToken };
};

describe('PutParameter and GetParameter', () => {
  it('gives back what was put, with ARN, version and time', async () => {
    await put('/oi/slack', 'https://hooks.example/T1', { Type: 'SecureString' });
    expect(await get('/oi/slack')).toEqual({
      Name: '/oi/slack',
      Type: 'SecureString',
      Value: 'https://hooks.example/T1',
      Version: 1,
      LastModifiedDate: new Date(NOW_MS),
      ARN: 'arn:aws:ssm:ap-south-1:111122223333:parameter/oi/slack',
      DataType: 'text',
    });
  });

  it('replaces only when told to, and counts versions', async () => {
    await put('a', '1');
    await expect(put('a', '2')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect((await get('a'))?.Value).toBe('1');
    expect((await put('a', '2', { Overwrite: true })).Version).toBe(2);
    expect((await get('a'))?.Value).toBe('2');
  });

  it('keeps parameters over a restart', async () => {
    await put('a', '1');
    await ssm.close();
    ssm = open();
    expect((await get('a'))?.Value).toBe('1');
  });

  it.each([
    ['a name with a blank', { Name: 'a b', Value: '1' }, 'Name'],
    ['a value beyond 4 KB', { Name: 'a', Value: 'x'.repeat(4097) }, 'was 4097'],
    ['no value', { Name: 'a', Value: '' }, 'Value'],
  ])('refuses %s', async (_what, input, message) => {
    const refused = client.send(new PutParameterCommand({ Type: 'String', ...input }));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('names a parameter that does not exist', async () => {
    await expect(get('/none')).rejects.toMatchObject({
      name: 'ParameterNotFound',
      message: expect.stringContaining('/none'),
    });
  });
});

describe('GetParameters', () => {
  it('separates those that exist from those that do not', async () => {
    await put('a', '1');
    const answer = await client.send(new GetParametersCommand({ Names: ['a', 'b'] }));
    expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(['1']);
    expect(answer.InvalidParameters).toEqual(['b']);
  });
});

describe('GetParametersByPath', () => {
  it('lists one level, or all of them', async () => {
    for (const name of ['/oi/a', '/oi/b', '/oi/deep/c', '/oil/d', '/oi_/e']) await put(name, '1');
    expect((await names('/oi')).names).toEqual(['/oi/a', '/oi/b']);
    expect((await names('/oi/', { Recursive: true })).names).toEqual(['/oi/a', '/oi/b', '/oi/deep/c']);
    expect((await names('/', { Recursive: true })).names).toHaveLength(5);
  });

  it('pages', async () => {
    for (const name of ['/p/1', '/p/2', '/p/3']) await put(name, '1');
    const first = await names('/p', { MaxResults: 2 });
    expect(first.names).toEqual(['/p/1', '/p/2']);
    const second = await names('/p', { MaxResults: 2, NextToken: first.NextToken });
    expect(second).toEqual({ names: ['/p/3'], NextToken: undefined });
  });
});

describe('DeleteParameter', () => {
  it('deletes once', async () => {
    await put('a', '1');
    await client.send(new DeleteParameterCommand({ Name: 'a' }));
    await expect(client.send(new DeleteParameterCommand({ Name: 'a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

describe('the in-process side', () => {
  it('writes a new version only when something differs', () => {
    const input = { name: '/t', value: '1', type: 'String' } as const;
    expect(ssm.putParameter(input).Version).toBe(1);
    expect(ssm.putParameter(input).Version).toBe(1);
    expect(ssm.putParameter({ ...input, value: '2' }).Version).toBe(2);
    expect(ssm.parameter('/t')?.Value).toBe('2');
    expect(ssm.parameter('/none')).toBeUndefined();
  });
});

it('names an operation that it does not have', async () => {
  await expect(client.send(new DescribeParametersCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('AmazonSSM.DescribeParameters'),
  });
});
