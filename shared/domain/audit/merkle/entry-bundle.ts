import { InvariantViolated } from '../../../errors.ts';

const LENGTH_BYTES = 2;
/** Bytes: what the two of its length can say. */
export const LONGEST_ENTRY = 0xffff;

/**
 * An entry as a bundle holds it: its length in two bytes, the higher first, and its bytes (C2SP tlog-tiles).
 * @throws InvariantViolated for an entry of more than 65,535 bytes.
 */
export function bundledEntry(entry: Uint8Array): Uint8Array {
  if (entry.length > LONGEST_ENTRY) {
    throw new InvariantViolated(
      `audit entry: expected at most ${LONGEST_ENTRY} bytes, was ${entry.length}; shorten the record`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + entry.length);
  bytes[0] = entry.length >> 8;
  bytes[1] = entry.length & 0xff;
  bytes.set(entry, LENGTH_BYTES);
  return bytes;
}

/** The entries of a bundle, as views on its bytes. @throws InvariantViolated when its last entry is cut off. */
export function bundleEntries(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + LENGTH_BYTES;
    const end = start + (((bundle[at] as number) << 8) | (bundle[at + 1] ?? 0));
    if (start > bundle.length || end > bundle.length) {
      throw new InvariantViolated(
        `entry bundle: expected ${end} bytes for its entry ${entries.length}, was ${bundle.length}`,
      );
    }
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
