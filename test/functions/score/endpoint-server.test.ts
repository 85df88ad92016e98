import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';

const SERVER = join(import.meta.dirname, '../../../functions/score/endpoint.server.ts');
const market = trackerMarket();
const row = market.features.slice(0, market.featureNames.length);

let candidate: Candidate;
let base: string;
let child: ChildProcess | undefined;
let log = '';
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'serve-'));
  candidate = await trainedCandidate(market);
});
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Starts the server as a container does, on the model that is given. */
async function start(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  rmSync(join(base, 'model'), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const file = join(base, 'model', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const port = await freePort();
  const environment = { SAGEMAKER_BASE_DIR: base, SAGEMAKER_BIND_TO_PORT: String(port) };
  log = '';
  child = spawn(process.execPath, [SERVER, 'serve'], { env: { PATH: process.env['PATH'], ...environment } });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk));
  return `http://127.0.0.1:${port}`;
}

async function started(): Promise<string> {
  const url = await start(candidate.files);
  const ping = () =>
    fetch(`${url}/ping`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ping, { timeout: 30_000 }).toBe(200);
  return url;
}

const question = (change: object = {}) => ({
  ...{ schema: 1, bundle_hash: candidate.bundle.bundle_hash },
  ...{ features: Array.from(row, (value) => (Number.isFinite(value) ? value : null)), regime_state: null },
  ...change,
});

async function invoke(url: string, body: string) {
  const response = await fetch(`${url}/invocations`, { method: 'POST', body });
  return {
    status: response.status,
    body: (await response.json()) as { reason?: string; bundle_hash?: string },
  };
}

describe('the model server', () => {
  it('answers with the bundle that lies below /opt/ml/model, and says which that is', async () => {
    const url = await started();
    const { status, body } = await invoke(url, JSON.stringify(question()));
    expect(status).toBe(200);
    expect(body.bundle_hash).toBe(candidate.bundle.bundle_hash);
    expect(log).toContain('"message":"ready"');
  });

  it('refuses what it does not understand, with the reason', async () => {
    const url = await started();
    const asked = async (change: object) => invoke(url, JSON.stringify(question(change)));
    expect(await invoke(url, 'no json')).toMatchObject({
      status: 400,
      body: { reason: 'body: expected JSON, was no json' },
    });
    expect(await asked({ features: [1, 2] })).toMatchObject({
      status: 400,
      body: { reason: `features: expected ${row.length} values, was 2` },
    });
    expect(await asked({ regime_state: [1] })).toMatchObject({ status: 400 });
    expect(await asked({ features: 'all' })).toMatchObject({ status: 400 });
    const other = await asked({ bundle_hash: 'b'.repeat(64) });
    expect(other).toMatchObject({ status: 409 });
    expect(other.body.reason).toContain(`expected ${candidate.bundle.bundle_hash}, which is served`);
    const large = await invoke(url, 'x'.repeat(300_000));
    expect(large).toMatchObject({
      status: 413,
      body: { reason: 'body: expected at most 262144 bytes, was 300000' },
    });
    expect((await fetch(`${url}/models`)).status).toBe(404);
    expect((await invoke(url, JSON.stringify(question()))).status).toBe(200);
  });

  it('gives the answers that were asked for before it was told to end', async () => {
    const url = await started();
    // Who has not reached the server yet has not asked it: the lines are there before.
    await Promise.all(Array.from({ length: 20 }, () => invoke(url, JSON.stringify(question()))));
    const asked = Array.from({ length: 20 }, () => invoke(url, JSON.stringify(question())));
    await Promise.race(asked);
    child!.kill('SIGTERM');
    const [code] = await once(child!, 'exit');
    expect(code).toBe(0);
    for (const one of await Promise.all(asked)) expect(one.status).toBe(200);
  });

  it('never says that it is well with a model that was changed', async () => {
    const changed = new Map(candidate.files);
    changed.set('decision.json', new TextEncoder().encode('{}'));
    await start(changed);
    const [code] = await once(child!, 'exit');
    expect(code).toBe(1);
    expect(log).toContain('decision.json: expected SHA-256');
    expect(log).not.toContain('"message":"ready"');
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
