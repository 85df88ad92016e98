import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

/** The bucket as a plain Map: what every operation must agree with. */
interface Model {
  readonly objects: Map<string, { body: string; etag: string }>;
}
interface Real {
  readonly client: S3Client;
  readonly bucket: string;
}
type Command = fc.AsyncCommand<Model, Real>;

let harness: Harness;
let buckets = 0;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** 200, or the status of the refusal. */
async function outcome<T>(call: Promise<T>): Promise<{ status: number; answer?: T }> {
  try {
    return { status: 200, answer: await call };
  } catch (error) {
    return { status: (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode };
  }
}

type Guard = 'none' | 'if-absent' | 'if-current' | 'if-stale';

class Put implements Command {
  readonly key: string;
  readonly body: string;
  readonly guard: Guard;

  constructor(key: string, body: string, guard: Guard) {
    this.key = key;
    this.body = body;
    this.guard = guard;
  }
  check = () => true;
  toString = () => `put(${JSON.stringify(this.key)}, ${JSON.stringify(this.body)}, ${this.guard})`;

  async run({ objects }: Model, { client, bucket }: Real): Promise<void> {
    const current = objects.get(this.key);
    const condition = {
      none: {},
      'if-absent': { IfNoneMatch: '*' },
      'if-current': { IfMatch: `"${current?.etag ?? 'none'}"` },
      'if-stale': { IfMatch: '"stale"' },
    }[this.guard];
    const expected = {
      none: 200,
      'if-absent': current ? 412 : 200,
      'if-current': current ? 200 : 404,
      'if-stale': current ? 412 : 404,
    }[this.guard];
    const Body = Buffer.from(this.body);
    const input = { Bucket: bucket, Key: this.key, Body, ContentLength: Body.length, ...condition };
    const { status, answer } = await outcome(client.send(new PutObjectCommand(input)));
    expect(status).toBe(expected);
    if (answer) objects.set(this.key, { body: this.body, etag: answer.ETag!.replaceAll('"', '') });
  }
}

class Get implements Command {
  readonly key: string;
  readonly knowsEtag: boolean;

  constructor(key: string, knowsEtag: boolean) {
    this.key = key;
    this.knowsEtag = knowsEtag;
  }
  check = () => true;
  toString = () => `get(${JSON.stringify(this.key)}, ${this.knowsEtag})`;

  async run({ objects }: Model, { client, bucket }: Real): Promise<void> {
    const current = objects.get(this.key);
    const condition = this.knowsEtag && current ? { IfNoneMatch: `"${current.etag}"` } : {};
    const call = client.send(new GetObjectCommand({ Bucket: bucket, Key: this.key, ...condition }));
    const { status, answer } = await outcome(call);
    expect(status).toBe(current ? (this.knowsEtag ? 304 : 200) : 404);
    if (answer) expect(await answer.Body!.transformToString()).toBe(current?.body);
  }
}

class Remove implements Command {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
  check = () => true;
  toString = () => `delete(${JSON.stringify(this.key)})`;

  async run({ objects }: Model, { client, bucket }: Real): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: this.key }));
    objects.delete(this.key);
  }
}

class List implements Command {
  readonly prefix: string;
  readonly delimiter: string;
  readonly pageSize: number;

  constructor(prefix: string, delimiter: string, pageSize: number) {
    this.prefix = prefix;
    this.delimiter = delimiter;
    this.pageSize = pageSize;
  }
  check = () => true;
  toString = () =>
    `list(${JSON.stringify(this.prefix)}, ${JSON.stringify(this.delimiter)}, ${this.pageSize})`;

  async run({ objects }: Model, { client, bucket }: Real): Promise<void> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: this.prefix,
          Delimiter: this.delimiter,
          MaxKeys: this.pageSize,
          ContinuationToken: token,
        }),
      );
      const keys = (page.Contents ?? []).map(({ Key }) => Key!);
      const groups = (page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}*`);
      expect(keys.length + groups.length).toBe(page.KeyCount);
      found.push(...keys, ...groups);
      token = page.NextContinuationToken;
      expect(found.length).toBeLessThanOrEqual(objects.size);
    } while (token !== undefined);
    expect(found.toSorted(byBytes)).toEqual(
      expectedListing([...objects.keys()], this.prefix, this.delimiter),
    );
  }
}

/** Keys, and common prefixes marked by `*`, each once, in byte order. */
function expectedListing(keys: string[], prefix: string, delimiter: string): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : `${key.slice(0, at + delimiter.length)}*`;
    });
  return [...new Set(entries)].toSorted(byBytes);
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '0', '~', 'é', 'ﬀ', '😀'),
  minLength: 1,
  maxLength: 4,
});
const body = fc.string({ unit: 'binary', maxLength: 40 });
const commands = [
  fc
    .tuple(text, body, fc.constantFrom<Guard>('none', 'none', 'if-absent', 'if-current', 'if-stale'))
    .map((input) => new Put(...input)),
  fc.tuple(text, body).map((input) => new Put(...input, 'none')),
  fc.tuple(text, fc.boolean()).map((input) => new Get(...input)),
  text.map((key) => new Remove(key)),
  fc
    .tuple(
      fc.constantFrom('', 'a', 'a/', 'é', '😀'),
      fc.constantFrom('', '/', 'b', '//'),
      fc.integer({ min: 1, max: 4 }),
    )
    .map((input) => new List(...input)),
];

describe('against a Map', () => {
  it.each([false, true])('put, get, delete and list agree (versioned: %s)', async (versioning) => {
    const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: '+1' }), async (run) => {
      buckets += 1;
      const bucket = `model-${buckets}`;
      harness.s3.createBucket(bucket, { versioning });
      const setup = () => ({ model: { objects: new Map() }, real: { client: harness.client, bucket } });
      await fc.asyncModelRun(setup, run);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});
