import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** A log begins anew above this size; the one before is kept beside it as `<name>.1.log`. */
const ROTATE_ABOVE_BYTES = 16 * 2 ** 20;

/** One function's log file below the state folder. */
export class LogFile {
  readonly path: string;
  readonly #rotated: string;
  #stream: WriteStream | undefined;
  #bytes = 0;

  constructor(folder: string, functionName: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${functionName}.log`);
    this.#rotated = join(folder, `${functionName}.1.log`);
  }

  write(chunk: Buffer | string): void {
    const stream = this.#stream ?? this.#open();
    stream.write(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > ROTATE_ABOVE_BYTES) this.#rotate();
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream !== undefined) await new Promise<void>((resolve) => stream.end(() => resolve()));
  }

  #open(): WriteStream {
    this.#bytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = createWriteStream(this.path, { flags: 'a' });
    return this.#stream;
  }

  #rotate(): void {
    this.#stream?.end();
    this.#stream = undefined;
    renameSync(this.path, this.#rotated);
  }
}
