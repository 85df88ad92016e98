import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SwitchableClock } from '../clock/switchable.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { AsyncQueue } from './async-queue.ts';
import type { InvokeOptions, LambdaService } from './contract.ts';
import { type FunctionDefinition, PAYLOAD_LIMIT_BYTES } from './definition.ts';
import { workerEnvironment } from './environment.ts';
import { functionName } from './function-name.ts';
import { LogFile } from './log-file.ts';
import { Pool } from './pool.ts';
import { handleRest } from './rest.ts';
import { TIME_VARIABLE } from './runtime/date.ts';
import type { WorkerTime } from './runtime/protocol.ts';
import { type RuntimeFiles, runtimeFiles } from './runtime-files.ts';
import { type Outcome, Worker } from './worker.ts';

export interface LambdaOptions {
  /** State folder: asynchronous invocations, temporary files. */
  readonly directory: string;
  readonly logDirectory: string;
  readonly clock: SwitchableClock;
  readonly identity: CloudIdentity;
  /** Told of an asynchronous invocation that has failed for good. */
  readonly onExhausted?: (functionName: string, payload: string, outcome: Outcome) => Promise<void>;
}

interface DeployedFunction {
  readonly definition: FunctionDefinition;
  readonly pool: Pool;
  readonly log: LogFile;
  retryAttempts: number;
}

/** @example createLambda({ directory: '.oi/lambda', logDirectory: '.oi/logs', clock, identity }) */
export function createLambda(options: LambdaOptions): LambdaService {
  return new Lambda(options);
}

class Lambda implements LambdaService {
  readonly #options: LambdaOptions;
  readonly #functions = new Map<string, DeployedFunction>();
  readonly #async: AsyncQueue;
  readonly #unsubscribe: () => void;

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.#async = new AsyncQueue({
      directory: join(options.directory, 'async'),
      clock: options.clock,
      run: ({ functionName, payload, id }) => this.#run(this.#get(functionName), payload, id, true),
      retryAttempts: (functionName) => this.#get(functionName).retryAttempts,
      onExhausted: async ({ functionName, payload }, outcome) =>
        options.onExhausted?.(functionName, payload, outcome),
    });
    this.#unsubscribe = options.clock.onChange(() => this.#tellTime());
  }

  createFunction(definition: FunctionDefinition): void {
    const log = new LogFile(this.#options.logDirectory, definition.name);
    const pool = new Pool({
      reservedConcurrency: definition.reservedConcurrency,
      startWorker: () => this.#startWorker(definition, log),
    });
    this.#functions.set(definition.name, { definition, pool, log, retryAttempts: definition.retryAttempts });
  }

  setRetryAttempts(functionName: string, attempts: number): void {
    this.#get(functionName).retryAttempts = attempts;
  }

  timeoutSeconds(nameOrArn: string): number {
    return this.#get(nameOrArn).definition.timeoutSeconds;
  }

  has(nameOrArn: string): boolean {
    return this.#functions.has(functionName(nameOrArn));
  }

  async invoke(nameOrArn: string, payload: string, options: InvokeOptions = {}): Promise<Outcome> {
    return this.#run(this.#get(nameOrArn), payload, randomUUID(), options.wait ?? false);
  }

  async invokeAsync(nameOrArn: string, payload: string): Promise<string> {
    return this.#async.add(this.#get(nameOrArn).definition.name, payload);
  }

  handle(request: LocalRequest): Promise<LocalResponse> {
    return handleRest(this, request);
  }

  start(): Promise<void> {
    // No first request waits for it to be bundled.
    this.#runtimeFiles();
    return this.#async.resume();
  }

  status() {
    return [...this.#functions.values()].map(({ definition, pool }) => ({
      name: definition.name,
      inFlight: pool.inFlight,
    }));
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#async.close();
    const functions = [...this.#functions.values()];
    await Promise.all(functions.map(({ pool }) => pool.close()));
    await Promise.all(functions.map(({ log }) => log.close()));
  }

  #get(nameOrArn: string): DeployedFunction {
    const found = this.#functions.get(functionName(nameOrArn));
    if (found === undefined) throw new Error(`Function not found: ${nameOrArn}`);
    return found;
  }

  async #run(
    { definition, pool, log }: DeployedFunction,
    payload: string,
    id: string,
    wait: boolean,
  ): Promise<Outcome> {
    if (!definition.runtime.startsWith('nodejs')) {
      throw new Error(
        `${definition.name}: expected a Node.js runtime to run locally, was ${definition.runtime}`,
      );
    }
    const startedMs = performance.now();
    const outcome = await this.#options.clock.track(pool.invoke(id, payload, () => this.#workerTime(), wait));
    const durationMs = (performance.now() - startedMs).toFixed(2);
    log.write(`REPORT RequestId: ${id} Duration: ${durationMs} ms${outcome.ok ? '' : ' Status: error'}\n`);
    return limitResponse(outcome);
  }

  #startWorker(definition: FunctionDefinition, log: LogFile): Worker {
    const temporary = join(this.#options.directory, 'tmp', definition.name);
    const compileCache = join(this.#options.directory, 'compile-cache');
    mkdirSync(temporary, { recursive: true });
    const environment = workerEnvironment(definition, this.#options.identity, { temporary, compileCache });
    const nowMs = this.#workerTime();
    // What a function does while it loads is done at the cloud's time, too: a request signed then is refused otherwise.
    const time: Record<string, string> = nowMs === null ? {} : { [TIME_VARIABLE]: String(nowMs) };
    return new Worker(definition, { ...environment, ...time }, this.#runtimeFiles(), (chunk) =>
      log.write(chunk),
    );
  }

  #runtimeFiles(): RuntimeFiles {
    return runtimeFiles(join(this.#options.directory, 'runtime'));
  }

  #workerTime(): WorkerTime {
    const { mode, nowMs } = this.#options.clock.status();
    return mode === 'simulated' ? nowMs : null;
  }

  #tellTime(): void {
    for (const { pool } of this.#functions.values()) pool.setTime(this.#workerTime());
  }
}

function limitResponse(outcome: Outcome): Outcome {
  if (!outcome.ok || Buffer.byteLength(outcome.payload) <= PAYLOAD_LIMIT_BYTES) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT_BYTES} bytes).`;
  return { ok: false, error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}
