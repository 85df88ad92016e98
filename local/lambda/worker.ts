import { type ChildProcess, fork } from 'node:child_process';
import type { FunctionDefinition } from './definition.ts';
import { BASE_ALLOWANCE_MB, residentMb } from './memory.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerTime } from './runtime/protocol.ts';
import type { RuntimeFiles } from './runtime-files.ts';

/** How an invocation ended: the handler's answer as JSON text, or an error as Lambda reports it. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** Real time a worker may take to load its handler. */
const INIT_TIMEOUT_MS = 60_000;
const MEMORY_CHECK_MS = 250;

interface Waiting {
  readonly settle: (outcome: Outcome) => void;
  readonly requestId: string;
}

/** One process that serves invocations of one function, one at a time. */
export class Worker {
  readonly #definition: FunctionDefinition;
  readonly #child: ChildProcess;
  readonly #ready: Promise<FunctionError | null>;
  readonly #exited: Promise<void>;
  #waiting: Waiting | undefined;
  #failure: FunctionError | undefined;
  #memoryTimer: NodeJS.Timeout | undefined;
  #isAlive = true;

  constructor(
    definition: FunctionDefinition,
    environment: Readonly<Record<string, string>>,
    runtime: RuntimeFiles,
    log: (chunk: Buffer) => void,
  ) {
    this.#definition = definition;
    this.#child = fork(runtime.main, [], {
      cwd: definition.codeFolder,
      env: environment,
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--require',
        runtime.preload,
        `--max-old-space-size=${definition.memoryMb}`,
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', log);
    this.#child.stderr?.on('data', log);
    this.#child.on('error', () => this.#child.kill('SIGKILL'));
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#ready = this.#untilReady();
    this.#child.on('message', (message: FromWorker) => this.#onMessage(message));
    this.#child.once('exit', (code, signal) => this.#onExit(code, signal));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Runs the handler once. Never rejects: a dead process is an outcome too. */
  async invoke(requestId: string, payload: string, nowMs: WorkerTime): Promise<Outcome> {
    const startError = await this.#ready;
    if (startError !== null) {
      this.kill(startError);
      return { ok: false, error: startError };
    }
    const { timeoutSeconds, arn } = this.#definition;
    const deadlineMs = Date.now() + timeoutSeconds * 1000;
    const timeout = setTimeout(() => this.kill(timedOut(requestId, timeoutSeconds)), timeoutSeconds * 1000);
    this.#memoryTimer = setInterval(() => this.#checkMemory(requestId), MEMORY_CHECK_MS);
    try {
      return await new Promise<Outcome>((settle) => {
        this.#waiting = { settle, requestId };
        if (!this.#isAlive) this.#onExit(null, null);
        else this.#send({ kind: 'invoke', requestId, payload, nowMs, deadlineMs, functionArn: arn });
      });
    } finally {
      clearTimeout(timeout);
      clearInterval(this.#memoryTimer);
    }
  }

  /** Tells the process that the clock was set anew. */
  setTime(nowMs: WorkerTime): void {
    if (this.#isAlive) this.#send({ kind: 'time', nowMs });
  }

  /** Ends the process; an invocation under way fails with `reason`. */
  kill(reason?: FunctionError): void {
    this.#failure ??= reason;
    this.#isAlive = false;
    this.#child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.kill({ errorType: 'Runtime.ExitError', errorMessage: 'the local cloud was stopped' });
    await this.#exited;
  }

  #send(message: ToWorker): void {
    // A process that has just died is noticed by its exit.
    this.#child.send(message, () => {});
  }

  #untilReady(): Promise<FunctionError | null> {
    return new Promise((resolve) => {
      const late = {
        errorType: 'Sandbox.Timedout',
        errorMessage: `expected the handler to load within ${INIT_TIMEOUT_MS} ms`,
      };
      const timer = setTimeout(() => resolve(late), INIT_TIMEOUT_MS);
      const end = (error: FunctionError | null) => {
        clearTimeout(timer);
        resolve(error);
      };
      this.#child.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') end(null);
        if (message.kind === 'failed-to-start') end(message.error);
      });
      this.#child.once('exit', (code, signal) => end(this.#failure ?? exited('init', code, signal)));
    });
  }

  #onMessage(message: FromWorker): void {
    if (message.kind !== 'answer' && message.kind !== 'error') return;
    const waiting = this.#waiting;
    if (waiting?.requestId !== message.requestId) return;
    this.#waiting = undefined;
    waiting.settle(
      message.kind === 'answer'
        ? { ok: true, payload: message.payload }
        : { ok: false, error: message.error },
    );
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#isAlive = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.settle({ ok: false, error: this.#failure ?? exited(waiting.requestId, code, signal) });
  }

  async #checkMemory(requestId: string): Promise<void> {
    const usedMb = await residentMb(this.#child.pid ?? 0);
    const limitMb = this.#definition.memoryMb + BASE_ALLOWANCE_MB;
    if (usedMb === null || usedMb <= limitMb) return;
    const used = `${Math.round(usedMb)} MB resident, allowed ${limitMb} MB (MemorySize ${this.#definition.memoryMb})`;
    this.kill(runtimeExit(requestId, `signal: killed: ${used}`));
  }
}

function timedOut(requestId: string, timeoutSeconds: number): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function exited(requestId: string, code: number | null, signal: NodeJS.Signals | null): FunctionError {
  return runtimeExit(requestId, signal === null ? `exit status ${code}` : `signal: ${signal}`);
}

function runtimeExit(requestId: string, how: string): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return { errorType: 'Runtime.ExitError', errorMessage };
}
