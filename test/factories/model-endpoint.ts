import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { realClock } from '../../local/clock/switchable.ts';
import { readImage } from '../../local/sagemaker/image.ts';
import { createSageMaker } from '../../local/sagemaker/service.ts';
import { sageMakerEndpoints } from '../../shared/adapters/sagemaker/model-endpoints.ts';
import { modelArchive } from '../../shared/adapters/tar/model-archive.ts';
import { servingImage } from './serving-image.ts';

const IDENTITY = { accountId: '111122223333', region: 'ap-south-1', endpoint: 'http://127.0.0.1:1' };
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const ROLE = 'arn:aws:iam::111122223333:role/serving';
const IMAGE = '111122223333.dkr.ecr.ap-south-1.amazonaws.com/assets:serving';

/** SageMaker with the real serving image behind one port, and clients of it. */
export interface EndpointCloud {
  readonly client: SageMakerRuntimeClient;
  readonly endpoints: ReturnType<typeof sageMakerEndpoints>;
  /** Serves a bundle; resolves once it is in service. */
  serve(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  create(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** What DescribeEndpoint says in the end. */
  settled(name: string): Promise<string>;
  /** The process that answers. */
  pidOf(name: string): number | undefined;
  log(name: string): string;
  /** Closes the service and opens it again on its folder, as a restart of the cloud does. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEndpointCloud(): Promise<EndpointCloud> {
  const directory = mkdtempSync(join(tmpdir(), 'endpoints-'));
  const image = readImage(servingImage(join(directory, 'image')));
  const clock = realClock();
  const objects = new Map<string, Uint8Array>();
  const open = () => {
    const service = createSageMaker({
      ...{ directory: join(directory, 'state'), logDirectory: join(directory, 'logs') },
      ...{ clock, identity: IDENTITY, keyOf: () => CREDENTIALS },
      async readObject(_role, bucket, key) {
        const found = objects.get(`${bucket}/${key}`);
        if (found === undefined) throw new Error(`s3://${bucket}/${key}: expected an object`);
        return Buffer.from(found);
      },
    });
    service.addImage('serving', image);
    return service;
  };
  let service = open();
  const server = createServer(async (request, response) => {
    const { pathname: path } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = await bodyOf(request);
    const { method = 'GET', headers } = request;
    const answer = await service.handle({ method, path, query: new URLSearchParams(), headers, body });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const to = { endpoint, region: IDENTITY.region, credentials: CREDENTIALS };
  const client = new SageMakerRuntimeClient({ ...to, maxAttempts: 1 });
  const endpoints = sageMakerEndpoints(to);
  const cloud: EndpointCloud = {
    client,
    endpoints,
    async create(name, files) {
      objects.set(`lake/serving/${name}/model.tar.gz`, modelArchive(files));
      const modelData = `s3://lake/serving/${name}/model.tar.gz`;
      await endpoints.create({ name, image: IMAGE, roleArn: ROLE, modelData, instanceType: 'ml.c7g.large' });
    },
    async serve(name, files) {
      await cloud.create(name, files);
      const status = await cloud.settled(name);
      if (status !== 'InService') throw new Error(`${name}: ${status}\n${cloud.log(name)}`);
    },
    async settled(name) {
      for (;;) {
        const status = (await endpoints.find(name))?.status ?? 'none';
        if (status !== 'Creating') return status;
        await sleep(50);
      }
    },
    pidOf: (name) => service.endpointProcess(name),
    log: (name) => readFileSync(join(directory, 'logs', `endpoint-${name}.log`), 'utf8'),
    async reopen() {
      await service.close();
      service = open();
      service.start();
    },
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await service.close();
      clock.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return cloud;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** An endpoint that answers whatever a test says, as nothing that serves a bundle would. */
export async function startStandIn(
  answer: () => {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body: string;
  } | null,
): Promise<{ readonly client: SageMakerRuntimeClient; stop(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    await bodyOf(request);
    const given = answer();
    // Null: it never answers.
    if (given === null) return;
    response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
    response.end(given.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const to = { endpoint, region: IDENTITY.region, credentials: CREDENTIALS, maxAttempts: 1 };
  const client = new SageMakerRuntimeClient(to);
  return {
    client,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
