import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LEAN, lean } from '../../../../shared/adapters/aws/lean-client.ts';

const asked: { readonly key: unknown; readonly headers: Record<string, unknown> }[] = [];
let busy = 0;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ key: JSON.parse(body).Key, headers: request.headers });
  const isBusy = busy-- > 0;
  response.writeHead(isBusy ? 500 : 200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(isBusy ? '{"__type":"InternalServerError"}' : JSON.stringify({ Item: JSON.parse(body).Key }));
});
let client: DynamoDBClient;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  client = lean(new DynamoDBClient({ ...LEAN, endpoint, region: 'ap-south-1', credentials }));
});
afterAll(() => {
  client.destroy();
  server.close();
});

const get = (pk: string) =>
  client.send(new GetItemCommand({ TableName: 'risk', Key: { pk: { S: pk }, sk: { S: 'now' } } }));

it('sends and signs each call for itself, many at once as well', async () => {
  const names = Array.from({ length: 20 }, (_, at) => `item ${at}`);
  const items = await Promise.all(names.map(get));
  expect(items.map(({ Item }) => Item?.['pk']?.S)).toEqual(names);
  expect(asked).toHaveLength(20);
  const signatures = asked.map(({ headers }) => String(headers['authorization']));
  for (const one of signatures)
    expect(one).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/.*\/ap-south-1\/dynamodb\//);
  expect(new Set(signatures).size).toBe(20);
  expect(asked[0]!.headers['x-amz-user-agent']).toBeUndefined();
});

it('asks again when the service is busy, as any client does', async () => {
  [asked.length, busy] = [0, 2];
  expect((await get('again')).Item?.['pk']?.S).toBe('again');
  expect(asked.map(({ key }) => key)).toEqual(Array(3).fill({ pk: { S: 'again' }, sk: { S: 'now' } }));
});
