import type { WorkerTime } from './runtime/protocol.ts';
import type { Outcome, Worker } from './worker.ts';

/** At most so many workers of one function at once: the machine has few cores, and AWS's default is far off. */
const WORKERS_PER_FUNCTION = 2;
const IDLE_MS = 60_000;

/** Thrown when a function's reserved concurrency is used up (Lambda: 429 TooManyRequestsException). */
export class Throttled extends Error {
  override readonly name = 'TooManyRequestsException';
}

interface PoolOptions {
  /** undefined = none reserved: calls beyond the workers wait instead of being throttled. */
  readonly reservedConcurrency: number | undefined;
  readonly startWorker: () => Worker;
}

/** The warm workers of one function. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];
  readonly #busy = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Runs one invocation on a warm worker if there is one. Throws Throttled when the reserved concurrency is used
   * up, unless `wait` says to stand in line (event sources do).
   */
  async invoke(requestId: string, payload: string, nowMs: () => WorkerTime, wait: boolean): Promise<Outcome> {
    const reserved = this.#options.reservedConcurrency ?? Number.POSITIVE_INFINITY;
    if (!wait && this.#inFlight >= reserved) throw new Throttled('Rate Exceeded.');
    this.#inFlight += 1;
    try {
      const worker = await this.#acquire(Math.min(reserved, WORKERS_PER_FUNCTION));
      try {
        return await worker.invoke(requestId, payload, nowMs());
      } finally {
        this.#release(worker);
      }
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Tells the workers that run now; between invocations nothing runs, and each brings its own time. */
  setTime(nowMs: WorkerTime): void {
    for (const worker of this.#busy) worker.setTime(nowMs);
  }

  async close(): Promise<void> {
    for (const { timer } of this.#idle) clearTimeout(timer);
    await Promise.all(
      [...this.#busy, ...this.#idle.map(({ worker }) => worker)].map((worker) => worker.stop()),
    );
  }

  async #acquire(maximum: number): Promise<Worker> {
    for (;;) {
      const warm = this.#takeIdle() ?? (this.#busy.size < maximum ? this.#options.startWorker() : undefined);
      if (warm !== undefined) {
        this.#busy.add(warm);
        return warm;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #takeIdle(): Worker | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.worker.isAlive) return idle.worker;
    }
    return undefined;
  }

  #release(worker: Worker): void {
    this.#busy.delete(worker);
    if (worker.isAlive) {
      const timer = setTimeout(() => this.#retire(worker), IDLE_MS);
      timer.unref();
      this.#idle.push({ worker, timer });
    }
    this.#waiting.shift()?.();
  }

  #retire(worker: Worker): void {
    const index = this.#idle.findIndex((idle) => idle.worker === worker);
    if (index >= 0) this.#idle.splice(index, 1);
    worker.kill();
  }
}
