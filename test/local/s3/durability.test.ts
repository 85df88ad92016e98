import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3 } from '../../../local/s3/service.ts';
import { connect, handClock, putDirectly, startHarness } from './harness.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 's3-durability-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function startServer(): Promise<{ child: ChildProcess; client: S3Client }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'durability-server.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, client: connect(`http://127.0.0.1:${line.toString().trim()}/aws/s3`) };
}

type Acknowledged = Map<string, { body: string | null; versionId: string | undefined }>;

/** Writes without end, noting what was answered; ends at the first call that the killed server leaves unanswered. */
async function writeUntilCut(client: S3Client, writer: string, acknowledged: Acknowledged): Promise<void> {
  for (let n = 0; ; n++) {
    const Bucket = n % 2 === 0 ? 'plain' : 'versioned';
    const Key = `${writer}/${n}`;
    const body = `${Key} `.repeat(200 + (n % 5) * 2000);
    const answer = await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    acknowledged.set(`${Bucket}/${Key}`, { body, versionId: answer.VersionId });
    if (n % 4 === 3) {
      const target = { Bucket: 'plain', Key: `${writer}/${n - 1}` };
      acknowledged.delete(`plain/${target.Key}`);
      await client.send(new DeleteObjectCommand(target));
      acknowledged.set(`plain/${target.Key}`, { body: null, versionId: undefined });
    }
  }
}

async function writeMultipartUntilCut(
  client: S3Client,
  writer: string,
  acknowledged: Acknowledged,
): Promise<void> {
  for (let n = 0; ; n++) {
    const target = { Bucket: 'plain', Key: `${writer}/${n}` };
    const body = `${target.Key} `.repeat(500);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
    const part = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: body }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    acknowledged.set(`plain/${target.Key}`, { body, versionId: undefined });
  }
}

async function writeAndKill(round: number, acknowledged: Acknowledged): Promise<void> {
  const { child, client } = await startServer();
  const writers = Array.from({ length: 6 }, (_, w) => writeUntilCut(client, `r${round}w${w}`, acknowledged));
  writers.push(writeMultipartUntilCut(client, `r${round}m`, acknowledged));
  const outcomes = Promise.allSettled(writers);
  const enough = acknowledged.size + 80 + 17 * round;
  while (acknowledged.size < enough) await pause(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await outcomes;
  client.destroy();
}

async function missing(client: S3Client, acknowledged: Acknowledged): Promise<string[]> {
  const lost: string[] = [];
  for (const [path, { body, versionId }] of acknowledged) {
    const [Bucket = '', ...rest] = path.split('/');
    const input = { Bucket, Key: rest.join('/'), ...(versionId && { VersionId: versionId }) };
    const found = await client.send(new GetObjectCommand(input)).catch(() => null);
    const content = found && (await found.Body!.transformToString());
    if (content !== body) lost.push(path);
  }
  return lost;
}

describe('kill -9', () => {
  it('loses nothing that was answered, and leaves nothing behind, three times over', async () => {
    const acknowledged: Acknowledged = new Map();
    for (let round = 0; round < 3; round++) {
      await writeAndKill(round, acknowledged);
    }
    const harness = await startHarness(directory);
    expect(await missing(harness.client, acknowledged)).toEqual([]);
    expect(readdirSync(join(directory, 'unfinished'))).toEqual([]);
    await harness.s3.close();
    expect(readdirSync(join(directory, 'blobs')).toSorted()).toEqual(indexedBlobs());
    await harness.close();
  });
});

function indexedBlobs(): string[] {
  const index = new DatabaseSync(join(directory, 'index.sqlite'));
  const rows = index
    .prepare('SELECT blob FROM versions WHERE blob IS NOT NULL UNION SELECT blob FROM parts')
    .all();
  index.close();
  return rows.map((row) => String(row['blob'])).toSorted();
}

describe('the state folder', () => {
  it('carries everything over a restart', async () => {
    const first = createS3({ directory, clock: handClock() });
    first.createBucket('lake', { versioning: true });
    await putDirectly(first, '/lake/a', 'x');
    await first.close();
    const harness = await startHarness(directory);
    const found = await harness.client.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'a' }));
    expect([found.ContentLength, found.VersionId]).toEqual([1, '000000000001']);
    await harness.close();
  });

  it('finishes requests under way before it closes', async () => {
    const s3 = createS3({ directory, clock: handClock() });
    s3.createBucket('lake');
    const status = putDirectly(s3, '/lake/a', Buffer.alloc(1e6));
    await s3.close();
    expect(await status).toBe(200);
    await s3.close();
  });

  it('belongs to one process at a time', async () => {
    const s3 = createS3({ directory, clock: handClock() });
    expect(() => createS3({ directory, clock: handClock() })).toThrow(/expected .* was .*locked/);
    await s3.close();
  });

  it('of another schema version is refused by name', async () => {
    await createS3({ directory, clock: handClock() }).close();
    const index = new DatabaseSync(join(directory, 'index.sqlite'));
    index.exec('PRAGMA user_version = 99');
    index.close();
    expect(() => createS3({ directory, clock: handClock() })).toThrow(/expected schema version 1 .* was 99/);
  });
});
