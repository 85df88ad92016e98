/** Promises by key, for those who wait in this process for something that another call will bring. */
export class Waiting<T> {
  readonly #waiting = new Map<string, PromiseWithResolvers<T>>();

  /** The promise of the key's value; all who ask before it is settled share it. */
  for(key: string): Promise<T> {
    const known = this.#waiting.get(key) ?? Promise.withResolvers<T>();
    this.#waiting.set(key, known);
    return known.promise;
  }

  settle(key: string, value: T): void {
    this.#waiting.get(key)?.resolve(value);
    this.#waiting.delete(key);
  }
}
