import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { ENVIRONMENTS } from '../connection.ts';

const entrySchema = z.object({
  schema: z.literal(1),
  /** The name that the file had. */
  file: z.string(),
  /** Snapshots of the file, in its order, that the API has answered for. */
  settled: z.number().int().nonnegative(),
  accepted: z.number().int().nonnegative(),
  rejected: z.array(z.object({ timestamp: z.string(), reason: z.string() })),
  done: z.boolean(),
});

/** How far the backfill of one file has come in one environment. */
export type LedgerEntry = z.infer<typeof entrySchema>;

/** What an environment was told of each file, known by its content. */
export interface Ledger {
  entry(key: string): LedgerEntry | undefined;
  put(key: string, entry: LedgerEntry): void;
  /** Where something about a file's backfill is kept. */
  path(name: string): string;
}

/**
 * The ledger below `.oi/env/<name>/backfill/`: one small file per imported file. It is a memory, not the truth: without
 * it everything is posted again, and stored once all the same. It goes when the environment is reset.
 */
export function openLedger(environment: string): Ledger {
  const folder = join(ENVIRONMENTS, environment, 'backfill');
  const fileOf = (key: string) => join(folder, `${key.slice(0, 32)}.json`);
  return {
    entry(key) {
      if (!existsSync(fileOf(key))) return undefined;
      return readEntry(readFileSync(fileOf(key), 'utf8'));
    },
    put(key, entry) {
      mkdirSync(dirname(fileOf(key)), { recursive: true });
      // A kill leaves the entry of before or this one, never half of it.
      writeFileSync(`${fileOf(key)}.new`, JSON.stringify(entry));
      renameSync(`${fileOf(key)}.new`, fileOf(key));
    },
    path: (name) => join(folder, name),
  };
}

const chainMark = (own: string) => `chain-${own}`;

/** Remembers that a chain, known by its own content alone, was posted, whatever tables came with it. */
export function markChain(ledger: Pick<Ledger, 'put'>, own: string, file: string): void {
  ledger.put(chainMark(own), { schema: 1, file, settled: 0, accepted: 0, rejected: [], done: false });
}

/** Whether a chain was posted, wholly or in part, with other tables than those of `key` (or with none), but not with these. */
export function postedOtherwise(ledger: Pick<Ledger, 'entry'>, own: string, key: string): boolean {
  const known = ledger.entry(own) ?? ledger.entry(chainMark(own));
  return known !== undefined && ledger.entry(key) === undefined;
}

/** What another version or a full disk has left is no memory. */
function readEntry(text: string): LedgerEntry | undefined {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
