import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { acceptSnapshots } from '../../../shared/domain/market/accept.ts';
import { snapshotId } from '../../../shared/domain/market/identity.ts';
import type { ChainSnapshot, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import { aSession } from '../../factories/session.ts';
import { PYTHON_MISSING, PYTHON_TESTS, startTracker } from './tap-driver.ts';

describe.skipIf(PYTHON_MISSING !== '')(`clients/python/oi_loop.py by itself${PYTHON_MISSING}`, () => {
  const tracker = PYTHON_MISSING === '' ? startTracker() : undefined;
  afterAll(() => tracker?.kill());

  it.each(PYTHON_TESTS)('passes its tests in Python: %s', { timeout: 180_000 }, async (file) => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn('python3', [file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    const [code] = await once(child, 'exit');
    expect(code, said).toBe(0);
    expect(Number(/Ran (\d+) tests/.exec(said)?.[1])).toBeGreaterThan(20);
  });

  it("signs as the AWS SDK's own signer does", async () => {
    const text = fc.string({ minLength: 1, maxLength: 12 });
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc
        .array(fc.stringMatching(/^[A-Za-z0-9_~%-][A-Za-z0-9._~%-]{0,8}$/), { maxLength: 4 })
        .map((parts) => `/${parts.join('/')}`),
      query: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
      headers: fc.constantFrom({}, { 'content-type': 'application/json' }, { 'X-Note': '  two   words ' }),
      body: fc.string({ unit: 'grapheme', maxLength: 40 }),
      token: fc.option(fc.stringMatching(/^[A-Za-z0-9/+=]{1,30}$/), { nil: undefined }),
      atMs: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map((seconds) => seconds * 1000),
    });
    const requests = fc.sample(request, { numRuns: 300, seed: 35 });
    const asked = requests.map(({ query, headers, atMs, ...rest }) => ({
      ...rest,
      query: Object.entries(query),
      headers: { host: 'api.example:4570', ...headers },
      amz_date: new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, ''),
    }));
    const ours = await tracker!.ask<string[]>('sign', { requests: asked });
    const theirs = await Promise.all(requests.map(signedBySdk));
    const differ = asked.filter((_, at) => signatureOf(ours[at]!) !== signatureOf(theirs[at]!));
    expect(differ).toEqual([]);
  });

  it("makes the contract's snapshot of the tracker's own rows, with the same identity", async () => {
    const session = aSession({ seed: 35, minutes: 60, faults: 0.1 });
    const given = session.map(trackerRows);
    const made = await tracker!.ask<unknown[]>('convert', { given });
    const recordedAt = '2025-12-05T00:00:00Z';
    const { accepted, rejected, ignoredFields } = acceptSnapshots(made, { recordedAt, backfill: true });
    expect({ rejected, ignoredFields }).toEqual({ rejected: [], ignoredFields: 0 });
    expect(accepted.map(({ snapshot_id }) => snapshot_id)).toEqual(session.map(snapshotId));
  });

  it('holds in the form of a recommendation', async () => {
    await tracker!.ask('open', { enabled: false });
    const answer = await tracker!.ask<Record<string, unknown>>('score', { exchange: 'NSE' });
    expect(answer).toMatchObject({ action: 'HOLD', hold_reason: 'disabled', execute: false });
    // What only some answers have is in none that the client makes up.
    const always = Object.entries(recommendationSchema.shape).flatMap(([name, schema]) =>
      schema instanceof z.ZodOptional ? [] : [name],
    );
    expect(Object.keys(answer).sort()).toEqual(always.sort());
  });
});

/** A snapshot as the tracker has it: rows of calls and puts in its own words, a quantity as a float, 0 for no price. */
function trackerRows(snapshot: ChainSnapshot): object {
  const { timestamp, legs, schema: _schema, macro: _macro, ...rest } = snapshot;
  const rowsOf = (type: 'CE' | 'PE') =>
    legs
      .filter(({ option_type }) => option_type === type)
      .map(({ oi, best_bid, option_type: _type, ...leg }) => ({
        ...leg,
        ...{
          latest_oi: oi,
          best_bid: best_bid ?? 0,
          pct_changes: {},
          position: 0,
          token: 7,
          moneyness: 'ATM',
        },
      }));
  const {
    snapshot_id: _id,
    received_at: _received,
    recorded_at: _recorded,
    ...fields
  } = rest as StoredSnapshot;
  const indian = new Date(Date.parse(timestamp) + 5.5 * 3_600_000).toISOString().slice(0, 19);
  return { ...fields, timestamp: indian, calls: rowsOf('CE'), puts: rowsOf('PE') };
}

interface Made {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: object;
  readonly body: string;
  readonly token: string | undefined;
  readonly atMs: number;
}

async function signedBySdk({ method, path, query, headers, body, token, atMs }: Made): Promise<string> {
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const credentials = token === undefined ? keys : { ...keys, sessionToken: token };
  const signer = new SignatureV4({
    ...{ service: 'execute-api', region: 'ap-south-1', sha256: Sha256 },
    ...{ credentials, applyChecksum: false },
  });
  const request = {
    ...{ method, protocol: 'http:', hostname: 'api.example', path, query, body },
    headers: { host: 'api.example:4570', ...headers },
  };
  const { headers: signed } = await signer.sign(request, { signingDate: new Date(atMs) });
  return signed['authorization'] ?? '';
}

const signatureOf = (authorization: string) => authorization.split('Signature=')[1];
