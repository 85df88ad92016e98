import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentNow } from '../../cli/environment-now.ts';

const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/environments-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});
const STANDS = '2026-02-24T05:16:00.000Z';
let cloud: ChildProcess;
let server: Server;

/** A process that is called as the local cloud of `demo` is, and somebody who answers what time it is there. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const isAsked = request.url === '/_local/clock' && request.headers['x-local-cloud-token'] === 'token';
    response.writeHead(isAsked ? 200 : 404);
    response.end(JSON.stringify({ mode: 'simulated', now: STANDS }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const state = join(folder, 'demo', 'state');
  mkdirSync(state, { recursive: true });
  const body = 'echo ready; while true; do read line || true; done';
  cloud = spawn('sh', ['-c', body, 'local/main.ts', '--directory', state], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(cloud.stdout!, 'data');
  const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const endpoint = {
    ...{ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'token' },
    ...{ pid: cloud.pid, keys: { tracker: key, operator: key, viewer: key }, environment: {}, outputs: {} },
  };
  writeFileSync(join(state, 'endpoint.json'), JSON.stringify(endpoint));
});
afterAll(() => {
  cloud.kill('SIGKILL');
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what time it is', () => {
  it('in a local environment is what its own clock says', async () => {
    expect(new Date(await environmentNow('demo')).toISOString()).toBe(STANDS);
  });

  it('in any other is the machine’s time', async () => {
    const before = Date.now();
    const now = await environmentNow('deployed');
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});
