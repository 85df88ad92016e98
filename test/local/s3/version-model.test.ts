import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalResponse } from '../../../local/service.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
let buckets = 0;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** One version as the model keeps it, newest first within its key; `body` null is a delete marker. */
interface Version {
  readonly id: string;
  readonly body: string | null;
}
type Model = Map<string, Version[]>;

type Step =
  | { readonly do: 'put' | 'delete'; readonly key: string; readonly body: string }
  | { readonly do: 'delete version'; readonly key: string; readonly pick: number };

const key = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'ü', '😀');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, body: fc.string({ maxLength: 9 }) }),
  },
  fc.record({ do: fc.constant('delete' as const), key, body: fc.constant('') }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete version' as const), key, pick: fc.nat(5) }) },
);

function send(method: string, path: string, query = '', headers = {}, body = ''): Promise<LocalResponse> {
  return harness.s3.handle({
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.from(body),
  });
}

function pathOf(bucket: string, objectKey: string): string {
  return `/${bucket}/${encodeURIComponent(objectKey)}`;
}

const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

/** Does the step, and to the model what S3 says it means; returns the status. */
async function take(bucket: string, model: Model, taken: Step): Promise<number> {
  const versions = model.get(taken.key) ?? [];
  const path = pathOf(bucket, taken.key);
  if (taken.do === 'delete version') {
    const target = versions[taken.pick % Math.max(versions.length, 1)];
    if (target === undefined) return 204;
    const { status } = await send('DELETE', path, `versionId=${target.id}`);
    if (status === 204)
      model.set(
        taken.key,
        versions.filter((version) => version !== target),
      );
    return status;
  }
  const isPut = taken.do === 'put';
  const answer = await send(isPut ? 'PUT' : 'DELETE', path, '', {}, taken.body);
  const id = answer.headers?.['x-amz-version-id'];
  if (id !== undefined) model.set(taken.key, [{ id, body: isPut ? taken.body : null }, ...versions]);
  return answer.status;
}

async function expectReadable(
  bucket: string,
  objectKey: string,
  versions: readonly Version[],
): Promise<void> {
  const path = pathOf(bucket, objectKey);
  const latest = await send('GET', path);
  expect(latest.status).toBe(versions[0]?.body == null ? 404 : 200);
  for (const { id, body } of versions) {
    const found = await send('GET', path, `versionId=${id}`);
    expect([found.status, body === null ? null : String(found.body)]).toEqual([
      body === null ? 405 : 200,
      body,
    ]);
  }
}

/** `key id latest?` of every version and marker, page by page. */
async function listAll(bucket: string, pageSize: number): Promise<string[]> {
  const found: string[] = [];
  let pages = 0;
  for (let query = `versions&max-keys=${pageSize}`; ; ) {
    const xml = String((await send('GET', `/${bucket}`, query)).body);
    const lines = xml.matchAll(/<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId><IsLatest>(.*?)<\/IsLatest>/g);
    found.push(...Array.from(lines, ([, ...parts]) => parts.join(' ')));
    const next = /<NextKeyMarker>(.*)<\/NextKeyMarker><NextVersionIdMarker>(.*)<\/NextVersionIdMarker>/.exec(
      xml,
    );
    if (!next) return found.toSorted();
    pages += 1;
    expect(pages).toBeLessThan(50);
    query = `versions&max-keys=${pageSize}&key-marker=${encodeURIComponent(next[1]!)}&version-id-marker=${next[2]}`;
  }
}

function expectedListing(model: Model): string[] {
  const lines = [...model].flatMap(([objectKey, versions]) =>
    versions.map(({ id }, index) => `${objectKey} ${id} ${index === 0}`),
  );
  return lines.toSorted();
}

describe('a versioned bucket against a list of versions per key', () => {
  it('agrees after any puts, deletes and deletes of versions', async () => {
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, size) => {
        const bucket = `versions-${++buckets}`;
        harness.s3.createBucket(bucket, { versioning: true });
        const model: Model = new Map();
        for (const taken of steps) expect([200, 204]).toContain(await take(bucket, model, taken));
        for (const [objectKey, versions] of model) await expectReadable(bucket, objectKey, versions);
        expect(await listAll(bucket, size)).toEqual(expectedListing(model));
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

/** What a careless or hostile client may try on the one key of a locked bucket; `pick` chooses a version. */
const ATTEMPTS = {
  delete: (path: string) => send('DELETE', path),
  'delete a version': (path: string, id: string) => send('DELETE', path, `versionId=${id}`, BYPASS),
  'copy over': (path: string, id: string) =>
    send('PUT', path, '', {
      'x-amz-copy-source': `${path}?versionId=${id}`,
      'x-amz-metadata-directive': 'REPLACE',
    }),
  'delete many': (path: string, id: string) => {
    const [, bucket, name] = path.split('/');
    const body = `<Delete><Object><Key>${name}</Key><VersionId>${id}</VersionId></Object></Delete>`;
    return send('POST', `/${bucket}`, 'delete', BYPASS, body);
  },
  'create the bucket again': async (path: string) => {
    harness.s3.createBucket(path.split('/')[1]!, { versioning: false });
  },
};
type Attempt = keyof typeof ATTEMPTS;

describe('a bucket locked in COMPLIANCE mode', () => {
  it('keeps every version it has acknowledged, whatever is tried', async () => {
    const attempt = fc.constantFrom(...(Object.keys(ATTEMPTS) as Attempt[]));
    const write = fc.string({ maxLength: 9 }).map((body) => ({ body }));
    const steps = fc.array(fc.oneof(write, fc.tuple(attempt, fc.nat(9))), { maxLength: 25 });
    const property = fc.asyncProperty(steps, async (taken) => {
      const path = `/locked-${++buckets}/a`;
      const kept: Version[] = [];
      for (const next of [{ body: 'first' }, ...taken]) {
        if ('body' in next) kept.push(await writeLocked(path, next.body));
        else await ATTEMPTS[next[0]](path, kept[next[1] % kept.length]!.id);
      }
      for (const { id, body } of kept) {
        expect(String((await send('GET', path, `versionId=${id}`)).body)).toBe(body);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

async function writeLocked(path: string, body: string): Promise<Version> {
  harness.s3.createBucket(path.split('/')[1]!, { objectLock: { mode: 'COMPLIANCE', days: 1 } });
  const digest = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const { headers } = await send('PUT', path, '', digest, body);
  return { id: headers?.['x-amz-version-id'] ?? '', body };
}
