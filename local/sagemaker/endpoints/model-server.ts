import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TrainingImage } from '../image.ts';

const PRELOAD = new URL('../runtime/preload.ts', import.meta.url).href;
const PING_EVERY_MS = 50;
/** SageMaker gives a container eight minutes to answer its first ping. */
const STARTS_WITHIN_MS = 480_000;
/** And a request a minute. */
const ANSWERS_WITHIN_MS = 60_000;
/** SageMaker waits so long between asking a container to end and killing it. */
const GRACE_MS = 30_000;
/** By this an image says that it listens on the port that it is told. */
const BIND_TO_PORT = 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port';

export interface ModelServerOptions {
  readonly image: TrainingImage;
  /** What is `/opt/ml` on AWS; made anew, and removed when the program has ended. */
  readonly folder: string;
  /** The archive that was uploaded. */
  readonly model: Buffer;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (chunk: Buffer) => void;
}

/** What the program answered. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The process that stands in for the container of an endpoint. */
export class ModelServer {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #port: number;
  // A connection is closed here before the program would close it.
  readonly #agent = new Agent({ keepAlive: true, timeout: ANSWERS_WITHIN_MS });
  #hasExited = false;

  private constructor(child: ChildProcess, port: number, onExit: () => void) {
    this.#child = child;
    this.#port = port;
    this.exited = new Promise((settle) => {
      const end = () => {
        this.#hasExited = true;
        this.#agent.destroy();
        onExit();
        settle();
      };
      child.once('error', end);
      child.once('close', end);
    });
  }

  /** Unpacks the model and starts the image's program; it is not ready yet. @throws Error when the archive is none. */
  static async start({ image, folder, model, environment, log }: ModelServerOptions): Promise<ModelServer> {
    if (image.labels[BIND_TO_PORT] !== 'true') throw new Error(`expected the label ${BIND_TO_PORT}=true`);
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['model', 'tmp']) mkdirSync(join(folder, part), { recursive: true });
    const archive = join(folder, 'tmp', 'model.tar.gz');
    writeFileSync(archive, model);
    await promisify(execFile)('tar', ['-xzf', archive, '-C', join(folder, 'model')]);
    rmSync(archive);
    const port = await freePort();
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', PRELOAD, ...image.entrypoint.slice(1), 'serve'],
      {
        cwd: image.folder,
        env: {
          ...{ ...environment, ...image.environment },
          ...{ SAGEMAKER_BASE_DIR: folder, SAGEMAKER_BIND_TO_PORT: String(port) },
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    child.stdout?.on('data', log);
    child.stderr?.on('data', log);
    return new ModelServer(child, port, () => rmSync(folder, { recursive: true, force: true }));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the program answered its ping in time, and before it ended. */
  async becomesReady(): Promise<boolean> {
    const untilMs = performance.now() + STARTS_WITHIN_MS;
    while (!this.#hasExited && performance.now() < untilMs) {
      const answered = await this.#send('GET', '/ping').catch(() => undefined);
      if (answered?.status === 200) return true;
      await sleep(PING_EVERY_MS);
    }
    return false;
  }

  /** @throws Error when nobody answers. */
  invoke(body: Buffer, headers: Readonly<Record<string, string>>): Promise<Answered> {
    return this.#send('POST', '/invocations', body, headers);
  }

  /** Tells the program the time it is: a simulated instant, or null for the machine's own. */
  setTime(nowMs: number | null): void {
    if (this.#child.connected) this.#child.send({ nowMs }, () => {});
  }

  /** Asks the program to end, and ends it when it does not. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(
    method: string,
    path: string,
    body?: Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, method, path, agent: this.#agent };
      const length = body === undefined ? {} : { 'content-length': body.length };
      const asking = httpRequest({ ...options, headers: { ...headers, ...length } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const contentType = response.headers['content-type'] ?? 'application/octet-stream';
          resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks) });
        });
      });
      asking.setTimeout(ANSWERS_WITHIN_MS, () => asking.destroy(new Error('the container gave no answer')));
      asking.once('error', reject);
      asking.end(body);
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
