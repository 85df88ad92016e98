import { Stream } from 'node:stream';

/** Most queries end within the first chunk, and then ask the database once. */
const CHUNK = 100;

/** Values of a range in chunks; after the last one comes an empty chunk. It has to be closed. */
export interface ValueIterator {
  nextv(size: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** The range of keys that dynalite asks for, relative to an area. */
export interface ValueRange {
  readonly gte?: string;
  readonly gt?: string;
  readonly lte?: string;
  readonly lt?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Values as dynalite's Query and Scan read them: `data`, then `end`; `destroy` when it has read enough. */
export class ValueStream extends Stream {
  #isDestroyed = false;

  destroy(): void {
    this.#isDestroyed = true;
  }

  /** Emits every value; rejects with what a listener throws, which thus never goes uncaught. */
  async pump(values: AsyncIterable<unknown>): Promise<void> {
    for await (const value of values) {
      if (this.#isDestroyed) return;
      this.emit('data', value);
    }
    if (!this.#isDestroyed) this.emit('end');
  }
}

/** The values of an iterator one by one; it is closed when they end, or when nobody wants more. */
export async function* inChunks(values: ValueIterator): AsyncGenerator<unknown> {
  try {
    for (;;) {
      const chunk = await values.nextv(CHUNK);
      if (chunk.length === 0) return;
      yield* chunk;
    }
  } finally {
    await values.close();
  }
}

/** The same range within the keys that begin with `prefix`. */
export function prefixed(range: ValueRange, prefix: string): ValueRange {
  const { gte, gt, lte, lt, ...rest } = range;
  const lower = gt === undefined ? { gte: prefix + (gte ?? '') } : { gt: prefix + gt };
  const upper = lte === undefined ? { lt: prefix + (lt ?? '\uffff') } : { lte: prefix + lte };
  return { ...rest, ...lower, ...upper };
}
