import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pythonWith, run } from '../../test/clients/python/tracker-python.ts';
import type { ServedModel } from '../parts/score-model.ts';

const HERE = import.meta.dirname;
const READY_WITHIN_MS = 60_000;

/** A process that serves the model. */
export interface ModelServer {
  readonly url: URL;
  stop(): Promise<void>;
}

/** A Python with the servers' libraries, below .oi/cache; a download of about 250 MB on first use. */
export function serverPython(): string {
  return pythonWith(join(HERE, 'score-requirements.txt'), 'score-peers');
}

/** The model's trees behind a plain FastAPI process. */
export async function fastApi(python: string, folder: string, model: ServedModel): Promise<ModelServer> {
  const [text, columns] = [join(folder, 'model.txt'), join(folder, 'columns.json')];
  writeFileSync(text, model.text);
  writeFileSync(columns, JSON.stringify(model.columns));
  const port = await freePort();
  const child = spawn(python, [join(HERE, 'score_server.py'), text, columns, String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return ready('FastAPI', child, new URL(`http://127.0.0.1:${port}/score`), '/docs');
}

/** The model's trees behind `mlflow models serve`, as one writes it down. */
export async function mlflow(python: string, folder: string, model: ServedModel): Promise<ModelServer> {
  const [text, saved] = [join(folder, 'mlflow.txt'), join(folder, 'mlflow')];
  writeFileSync(text, model.text);
  run(python, [join(HERE, 'save_mlflow.py'), text, saved], 'the MLflow model');
  const port = await freePort();
  const words = ['-m', 'mlflow', 'models', 'serve', '--env-manager', 'local', '-m', saved];
  const child = spawn(python, [...words, '-h', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${join(python, '..')}:${process.env['PATH'] ?? ''}` },
    // It is a shell with a server below: all of them are ended together.
    detached: true,
  });
  return ready('MLflow', child, new URL(`http://127.0.0.1:${port}/invocations`), '/ping');
}

async function ready(name: string, child: ChildProcess, url: URL, path: string): Promise<ModelServer> {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk;
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(new URL(path, url)))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await end(child);
      throw new Error(`${name}: expected to serve, was ${complaints.slice(-2000) || 'silent'}`);
    }
    await pause(100);
  }
  return { url, stop: () => end(child) };
}

async function answers(url: URL): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
  await exit;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
