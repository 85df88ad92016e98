import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, read as readCallback, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ByteRange } from './range.ts';

const read = promisify(readCallback);

/** Immutable contents on disk, one file each, named by a random id. */
export class BlobStore {
  readonly #blobs: string;
  readonly #unfinished: string;

  constructor(directory: string) {
    this.#blobs = join(directory, 'blobs');
    this.#unfinished = join(directory, 'unfinished');
    mkdirSync(this.#blobs, { recursive: true });
    rmSync(this.#unfinished, { recursive: true, force: true });
    mkdirSync(this.#unfinished);
  }

  /** Writes the pieces one after another and returns the id of a blob that is durable under its final name. */
  async write(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
    const blob = randomUUID();
    const unfinished = join(this.#unfinished, blob);
    try {
      await writeDurably(unfinished, pieces);
      await rename(unfinished, join(this.#blobs, blob));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    await syncDirectory(this.#blobs);
    return blob;
  }

  /**
   * Reads an interval of a blob; `end` may be `start - 1` for nothing. The file is opened before this returns its promise,
   * so that a removal in the meantime cannot take the content away.
   */
  read(blob: string, range: ByteRange): Promise<Buffer> {
    const descriptor = openSync(join(this.#blobs, blob), 'r');
    return readInterval(descriptor, range).finally(() => closeSync(descriptor));
  }

  async remove(blobs: Iterable<string>): Promise<void> {
    for (const blob of blobs) await rm(join(this.#blobs, blob), { force: true });
  }

  /** Removes what a crash left behind: every file the index does not know. */
  removeUnknown(isKnown: (blob: string) => boolean): void {
    for (const blob of readdirSync(this.#blobs)) {
      if (!isKnown(blob)) rmSync(join(this.#blobs, blob), { force: true });
    }
  }
}

async function writeDurably(path: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  const file: FileHandle = await open(path, 'wx');
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readInterval(descriptor: number, { start, end }: ByteRange): Promise<Buffer> {
  const content = Buffer.allocUnsafe(end - start + 1);
  let filled = 0;
  while (filled < content.length) {
    const { bytesRead } = await read(descriptor, content, filled, content.length - filled, start + filled);
    if (bytesRead === 0)
      throw new Error(`expected ${content.length} bytes from byte ${start}, was ${filled}`);
    filled += bytesRead;
  }
  return content;
}

/** Windows cannot sync a directory, and does not need to: its renames are journalled. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
