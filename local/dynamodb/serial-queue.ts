/** Runs one piece of work at a time, in the order they came; a failure is its caller's and stops nobody else. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Settles when all that was queued before has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
