import { readFile } from 'node:fs/promises';

/**
 * What a worker may hold beyond its function's MemorySize: Node.js itself, its compiled code and the pages it
 * shares, which Lambda counts too but in a leaner build. Generous on purpose: the limit catches run-away memory.
 */
export const BASE_ALLOWANCE_MB = 192;

const PAGE_BYTES = 4096;

/** Resident memory of a process in MB from /proc; null where there is no /proc (only the heap is bounded there). */
export async function residentMb(pid: number): Promise<number | null> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1];
    return (Number(pages) * PAGE_BYTES) / 2 ** 20;
  } catch {
    return null;
  }
}
