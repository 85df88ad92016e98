import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A log begins anew above this size; the one before is kept beside it as `<name>.1.log`. */
const ROTATE_ABOVE_BYTES = 16 * 2 ** 20;

/**
 * One function's log file below the state folder. A line is written before `write` returns: it is short, goes to the page
 * cache, and costs less than a stream that hands it to another thread.
 */
export class LogFile {
  readonly path: string;
  readonly #rotated: string;
  #file: number | undefined;
  #bytes = 0;

  constructor(folder: string, functionName: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${functionName}.log`);
    this.#rotated = join(folder, `${functionName}.1.log`);
  }

  write(chunk: Buffer | string): void {
    this.#file ??= this.#open();
    writeAll(this.#file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > ROTATE_ABOVE_BYTES) this.#rotate();
  }

  async close(): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    this.#bytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    return openSync(this.path, 'a');
  }

  #rotate(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    renameSync(this.path, this.#rotated);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
