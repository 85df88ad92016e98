import { SHARE_ENV, Worker } from 'node:worker_threads';
import { InvariantViolated } from '../../shared/errors.ts';
import type { PredictRequest, Reply, Request, ThreadStart, TrainReply, TrainRequest } from './protocol.ts';

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly onRound?: ((round: number) => void) | undefined;
}

export interface TrainOptions {
  readonly onRound?: ((round: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

// Spread over a union would lose its members.
type Body =
  | { readonly cancel: Int32Array; readonly train: TrainRequest }
  | { readonly predict: PredictRequest };

/**
 * A native library in a thread of its own: requests are answered in order, the caller's event loop stays free.
 *
 * @example
 * using thread = new NativeThread({ name: 'lightgbm', library, openmp }, new URL('./worker.ts', import.meta.url));
 * const { text } = await thread.train(request);
 */
export class NativeThread {
  readonly #title: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #broken: Error | null = null;

  /** @param workerFile - `worker.ts`, or the file it was bundled into */
  constructor(start: ThreadStart, workerFile: string | URL) {
    this.#title = `${start.name} thread`;
    // libgomp reads the real environment; a thread's own copy would not reach it.
    this.#worker = new Worker(workerFile, { env: SHARE_ENV, workerData: start });
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', (code) =>
      this.#fail(new InvariantViolated(`${this.#title}: expected to run, was ended with ${code}`)),
    );
    this.#worker.unref();
  }

  /** False once it was closed or its thread ended. */
  get isOpen(): boolean {
    return this.#broken === null;
  }

  /** @throws the signal's reason when cancelled: between two rounds, never in the middle of one */
  async train(request: TrainRequest, options: TrainOptions = {}): Promise<TrainReply> {
    const { onRound, signal } = options;
    signal?.throwIfAborted();
    const cancel = new Int32Array(new SharedArrayBuffer(4));
    const stop = (): void => void Atomics.store(cancel, 0, 1);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const reply = await this.#ask({ cancel, train: request }, onRound);
      if (!('trained' in reply))
        throw new InvariantViolated(`${this.#title}: expected a trained model, was another reply`);
      if (reply.trained.cancelled) throw signal?.reason ?? new DOMException('cancelled', 'AbortError');
      return reply.trained;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async predict(request: PredictRequest): Promise<Float64Array> {
    const reply = await this.#ask({ predict: request });
    if (!('predicted' in reply))
      throw new InvariantViolated(`${this.#title}: expected predictions, was another reply`);
    return reply.predicted;
  }

  /** Ends the thread after what it was asked so far; later requests are refused. */
  [Symbol.dispose](): void {
    if (this.#broken !== null) return;
    this.#worker.postMessage('close');
    this.#broken = new InvariantViolated(`${this.#title}: expected an open one, was closed`);
  }

  #ask(body: Body, onRound?: (round: number) => void): Promise<Reply> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    this.#lastId += 1;
    const id = this.#lastId;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onRound });
      this.#worker.postMessage({ id, ...body } satisfies Request);
    });
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if ('round' in reply) {
      pending.onRound?.(reply.round);
      return;
    }
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('failure' in reply) pending.reject(new InvariantViolated(reply.failure.message));
    else pending.resolve(reply);
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#broken);
    this.#pending.clear();
  }
}
