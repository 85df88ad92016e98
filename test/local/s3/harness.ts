import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import type { LocalClock } from '../../../local/clock.ts';
import type { S3Event } from '../../../local/s3/event.ts';
import { createS3, type S3Service } from '../../../local/s3/service.ts';

export const START_MS = Date.parse('2025-12-04T07:05:00.250Z');
const PREFIX = '/aws/s3';

/** A clock that stands still until a test moves it. */
export interface HandClock extends LocalClock {
  advance(byMs: number): void;
}

export function handClock(): HandClock {
  let nowMs = START_MS;
  return {
    nowMs: () => nowMs,
    advance: (byMs) => {
      nowMs += byMs;
    },
    schedule: () => {
      throw new Error('expected no scheduled task');
    },
    track: (work) => work,
  };
}

export interface Harness {
  readonly s3: S3Service;
  readonly client: S3Client;
  readonly clock: HandClock;
  readonly events: S3Event[];
  readonly directory: string;
  /** Where an object is for a request without the SDK. */
  url(path: string): string;
  /** A PUT straight to the service, for tests that need many objects; returns the status. */
  put(path: string, content: string | Buffer): Promise<number>;
  close(): Promise<void>;
}

/** The service behind a real HTTP server under a path prefix, and a real SDK client that talks to it. */
export async function startHarness(directory = mkdtempSync(join(tmpdir(), 's3-test-'))): Promise<Harness> {
  const clock = handClock();
  const events: S3Event[] = [];
  const s3 = createS3({ directory, clock, onEvent: (event) => events.push(event) });
  const server = await serve(s3);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`;
  const client = connect(endpoint);
  return {
    s3,
    client,
    clock,
    events,
    directory,
    url: (path) => endpoint + path,
    put: (path, content) => putDirectly(s3, path, content),
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await s3.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function putDirectly(s3: S3Service, path: string, content: string | Buffer): Promise<number> {
  const query = new URLSearchParams();
  return (await s3.handle({ method: 'PUT', path, query, headers: {}, body: Buffer.from(content) })).status;
}

export function connect(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** The router of the test: takes the prefix off and passes the rest on. */
export async function serve(s3: S3Service): Promise<Server> {
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const answer = await s3.handle({
      method: request.method ?? '',
      path: path.slice(PREFIX.length),
      query: new URLSearchParams(query),
      headers: request.headers,
      body: await readBody(request),
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The refusal a call ends in; fails the test when it succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<S3ServiceException> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error as S3ServiceException,
  );
  if (outcome === undefined) throw new Error('expected a refusal, was a success');
  return outcome;
}

export function statusOf(error: S3ServiceException): number | undefined {
  return error.$metadata.httpStatusCode;
}
