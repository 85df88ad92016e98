import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalClock } from '../clock/contract.ts';
import type { Outcome } from './worker.ts';

/** One asynchronous invocation that has been acknowledged and not yet settled. */
export interface AsyncInvocation {
  readonly id: string;
  readonly functionName: string;
  readonly payload: string;
  /** Attempts that have failed. */
  readonly failures: number;
  readonly dueMs: number;
}

/** Waits before the first and the second retry, as Lambda does it. */
const RETRY_DELAYS_MS = [60_000, 120_000];

interface AsyncQueueOptions {
  readonly directory: string;
  readonly clock: LocalClock;
  readonly run: (invocation: AsyncInvocation) => Promise<Outcome>;
  readonly retryAttempts: (functionName: string) => number;
  /** Told of an invocation that has failed for good. */
  readonly onExhausted: (invocation: AsyncInvocation, outcome: Outcome) => Promise<void>;
}

/**
 * Lambda's own queue of asynchronous invocations: one file each until it has succeeded or failed for good, so
 * that what was acknowledged outlives the process.
 */
export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  #isClosed = false;

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
  }

  /** Takes an invocation over; once this resolves it is on disk and will be run. */
  async add(functionName: string, payload: string): Promise<string> {
    const id = randomUUID();
    const invocation = { id, functionName, payload, failures: 0, dueMs: this.#options.clock.nowMs() };
    await this.#save(invocation);
    this.#schedule(invocation);
    return id;
  }

  /** Schedules what an earlier process left behind. */
  async resume(): Promise<void> {
    const names = (await readdir(this.#options.directory)).filter((name) => name.endsWith('.json')).sort();
    for (const name of names) {
      this.#schedule(
        JSON.parse(await readFile(join(this.#options.directory, name), 'utf8')) as AsyncInvocation,
      );
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #schedule(invocation: AsyncInvocation): void {
    this.#options.clock.schedule(invocation.dueMs, () => this.#attempt(invocation));
  }

  async #attempt(invocation: AsyncInvocation): Promise<void> {
    if (this.#isClosed) return;
    const outcome = await this.#options.run(invocation);
    // Stopping kills workers: their invocations run again after the next start.
    if (this.#isClosed) return;
    if (outcome.ok) return rm(this.#file(invocation), { force: true });
    const failures = invocation.failures + 1;
    const delayMs = RETRY_DELAYS_MS[invocation.failures];
    if (delayMs === undefined || failures > this.#options.retryAttempts(invocation.functionName)) {
      await this.#options.onExhausted(invocation, outcome);
      return rm(this.#file(invocation), { force: true });
    }
    const again = { ...invocation, failures, dueMs: this.#options.clock.nowMs() + delayMs };
    await this.#save(again);
    this.#schedule(again);
  }

  async #save(invocation: AsyncInvocation): Promise<void> {
    const file = this.#file(invocation);
    await writeFile(`${file}.part`, JSON.stringify(invocation));
    await rename(`${file}.part`, file);
  }

  #file({ id }: AsyncInvocation): string {
    return join(this.#options.directory, `${id}.json`);
  }
}
