/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** Epoch milliseconds at which it was last written. */
  readonly writtenMs: number;
}

/** A bucket, as the stages need it. Keys have no leading slash. */
export interface ObjectStore {
  /** Writes an object. @returns false when `ifAbsent` is set and the key already exists (nothing is written). */
  put(key: string, content: Uint8Array | string, options?: { ifAbsent?: boolean }): Promise<boolean>;
  /** @throws NotFound naming the key. */
  get(key: string): Promise<Uint8Array>;
  /** Keys below a prefix, in UTF-8 order. */
  list(prefix: string): Promise<string[]>;
  /** As `list`, with the times of the last write (to the second, rounded down). */
  listWithTimes(prefix: string): Promise<ListedObject[]>;
  /** Removes objects; keys that are not there are fine. */
  remove(keys: readonly string[]): Promise<void>;
}
