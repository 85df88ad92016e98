import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The receipts an event source holds, on disk. The consumers of a killed process are gone, so that the next one
 * gives their messages back at once instead of waiting for the visibility timeout.
 */
export class ReceiptJournal {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #held = new Set<string>();

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#descriptor = openSync(file, 'a');
  }

  /** Receipts that an earlier process held and never settled; forgets them. */
  takeLeftOver(): string[] {
    const held = new Set<string>();
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      if (line.startsWith('+')) held.add(line.slice(1));
      else held.delete(line.slice(1));
    }
    ftruncateSync(this.#descriptor);
    return [...held].filter((receipt) => receipt !== '');
  }

  hold(receipts: readonly string[]): void {
    for (const receipt of receipts) this.#held.add(receipt);
    this.#append('+', receipts);
  }

  settle(receipts: readonly string[]): void {
    for (const receipt of receipts) this.#held.delete(receipt);
    if (this.#held.size > 0) this.#append('-', receipts);
    else ftruncateSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #append(sign: '+' | '-', receipts: readonly string[]): void {
    if (receipts.length > 0)
      writeSync(this.#descriptor, receipts.map((receipt) => `${sign}${receipt}\n`).join(''));
  }
}
