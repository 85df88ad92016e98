import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type SwitchableClock, simulatedClock } from '../../local/clock/switchable.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import type { TableDefinition } from '../../local/dynamodb/tables.ts';
import { createS3 } from '../../local/s3/service.ts';
import type { LocalRequest, LocalService } from '../../local/service.ts';
import { createSns } from '../../local/sns/sns.ts';
import type { FifoSettings } from '../../local/sqs/fifo.ts';
import { createSqs } from '../../local/sqs/sqs.ts';
import { createSsm } from '../../local/ssm/ssm.ts';

const FIFO: FifoSettings = {
  contentBasedDeduplication: true,
  deduplicationScope: 'queue',
  throughputLimit: 'perQueue',
};

const IDENTITY = { accountId: '111122223333', region: 'ap-south-1' };
const PATH = /^\/aws\/([a-z0-9]+)(\/[^?]*)?/;

/** 12:35 IST on a trading Thursday. */
export const START_MS = Date.UTC(2025, 11, 4, 7, 5);

/** The embedded services behind one HTTP server, with SDK clients. Its clock stands still until a test moves it. */
export interface EmbeddedCloud {
  readonly clock: SwitchableClock;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly services: Awaited<ReturnType<typeof openServices>>;
  /** A new bucket, queue or table of the product's shape; the name (for a queue: the URL). */
  bucket(): string;
  queue(): string;
  /** A FIFO queue that knows a message again by its content. */
  orderedQueue(): string;
  table(): Promise<string>;
  /** The JSON of every message in a queue, which is empty afterwards. */
  drain(queueUrl: string): unknown[];
  stop(): Promise<void>;
}

export async function startEmbeddedCloud(): Promise<EmbeddedCloud> {
  const directory = mkdtempSync(join(tmpdir(), 'cloud-'));
  const clock = simulatedClock(START_MS);
  const address = { endpoint: '' };
  const services = await openServices(directory, clock, () => `${address.endpoint}/aws/sqs`);
  const server = await listen(services);
  address.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = connect(address.endpoint);
  let made = 0;
  const next = (kind: string) => `${kind}-${++made}`;
  return {
    clock,
    services,
    ...clients,
    bucket() {
      const name = next('bucket');
      services.s3.createBucket(name, { versioning: true });
      return name;
    },
    queue: () =>
      services.sqs.createQueue({ name: next('queue'), visibilityTimeoutS: 30, retentionS: 86_400, delayS: 0 })
        .url,
    orderedQueue() {
      const settings = { visibilityTimeoutS: 30, retentionS: 86_400, delayS: 0 };
      return services.sqs.createQueue({ name: `${next('queue')}.fifo`, ...settings, fifo: FIFO }).url;
    },
    async table() {
      const name = next('table');
      await services.dynamodb.createTable({ name, ...TABLE });
      return name;
    },
    drain: (queueUrl) => drain(services.sqs.queue(lastPart(queueUrl, '/'))),
    async stop() {
      for (const client of Object.values(clients)) client.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      for (const service of Object.values(services)) await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Every table of the product: keys `pk` and `sk`, and the indexes of `recommendations` (infra/stacks/data.ts). */
const TABLE: Omit<TableDefinition, 'name'> = {
  KeySchema: keySchema('pk', 'sk'),
  AttributeDefinitions: ['pk', 'sk', 'day_pk', 'day_sk', 'pending_pk', 'pending_sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  })),
  GlobalSecondaryIndexes: [index('by-day', 'day'), index('pending', 'pending')],
  TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
};

function index(IndexName: string, prefix: string) {
  const Projection = { ProjectionType: 'ALL' as const };
  return { IndexName, KeySchema: keySchema(`${prefix}_pk`, `${prefix}_sk`), Projection };
}

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
}

async function openServices(directory: string, clock: SwitchableClock, queueEndpoint: () => string) {
  const folder = (name: string) => ({ directory: join(directory, name), clock, ...IDENTITY });
  const sqs = createSqs({ ...folder('sqs'), endpoint: queueEndpoint });
  return {
    s3: createS3(folder('s3')),
    dynamodb: await createDynamoDb(folder('dynamodb')),
    sns: createSns({
      ...folder('sns'),
      deliver: async (_, arn, { body }) => {
        sqs.queue(lastPart(arn, ':')).send([{ body }]);
      },
    }),
    sqs,
    ssm: createSsm(folder('ssm')),
  };
}

async function listen(services: Readonly<Record<string, LocalService>>): Promise<Server> {
  const server = createServer(async (request, response) => {
    const [, name = '', path = '/'] = PATH.exec(request.url ?? '') ?? [];
    const answer = await services[name]!.handle(await localRequest(request, path));
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function localRequest(request: IncomingMessage, path: string): Promise<LocalRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  return {
    method: request.method ?? 'GET',
    path,
    query,
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

function connect(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const to = (service: string) => ({
    endpoint: `${endpoint}/aws/${service}`,
    region: IDENTITY.region,
    credentials,
  });
  return {
    s3: new S3Client({ ...to('s3'), forcePathStyle: true }),
    dynamodb: new DynamoDBClient(to('dynamodb')),
    sqs: new SQSClient(to('sqs')),
    sns: new SNSClient(to('sns')),
    ssm: new SSMClient(to('ssm')),
  };
}

function lastPart(text: string, separator: string): string {
  return text.split(separator).at(-1) as string;
}

function drain(queue: ReturnType<Awaited<ReturnType<typeof openServices>>['sqs']['queue']>): unknown[] {
  const bodies: unknown[] = [];
  for (let batch = queue.receive(10); batch.length > 0; batch = queue.receive(10)) {
    queue.delete(batch.map(({ receiptHandle }) => receiptHandle));
    bodies.push(...batch.map(({ body }) => JSON.parse(body)));
  }
  return bodies;
}
