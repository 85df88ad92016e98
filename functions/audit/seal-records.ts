import {
  type AuditEntry,
  entryBytes,
  type LogHead,
  logEntries,
  recordName,
  type Unlogged,
} from '../../shared/domain/audit/log-entry.ts';
import { LONGEST_ENTRY } from '../../shared/domain/audit/merkle/entry-bundle.ts';
import { EMPTY_EDGE, grow, type LogEdge, rootOf } from '../../shared/domain/audit/merkle/grow.ts';
import { hashText } from '../../shared/domain/audit/merkle/node-hash.ts';
import { Conflict, InvariantViolated, Temporary } from '../../shared/errors.ts';
import type { AuditLog, AuditRef } from '../../shared/ports/audit-log.ts';
import type { LogTiles } from '../../shared/ports/log-tiles.ts';

/** Writers that race for the same place settle it within this many tries. */
const MAX_TRIES = 6;

interface Ports {
  readonly log: AuditLog;
  readonly tiles: LogTiles;
  /** Sees to a record that no log can hold; it holds up nobody, and is heard of once a call. */
  readonly onTooLong?: (one: Unlogged, bytes: number) => Promise<void>;
}

/**
 * Gives records their place in the audit log, each exactly once. The part decides what comes next and is written first;
 * tiles and checkpoint follow from it, and the head moves last. A part that somebody left on the way is taken over as it
 * is: whoever goes on writes the very same tiles. @returns the entries of this call.
 * @throws Temporary when other writers kept being faster; the messages come again.
 */
export function sealRecords({ log, tiles, onTooLong }: Ports) {
  const extend = extender(tiles);
  return async (refs: readonly AuditRef[]): Promise<AuditEntry[]> => {
    const tooLong = new Set<string>();
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const head = await log.head();
      // A part is never taken back: one that no tile can hold would end the log.
      const waiting: Unlogged[] = [];
      for (const one of distinct(await log.unlogged(refs))) {
        const { length } = entryBytes(one.record);
        if (length <= LONGEST_ENTRY) waiting.push(one);
        else if (isNew(tooLong, recordName(one.record))) await onTooLong?.(one, length);
      }
      if (waiting.length === 0) return [];
      const entries = logEntries(head.size, waiting);
      const ours = await log.putPart(entries);
      const part = ours ? entries : await log.part(head.size);
      const next = await extend(head, part);
      try {
        await log.advance(head, next, part);
        if (ours) return entries;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    throw new Temporary('audit: expected a place in the log, was always somebody faster');
  };
}

/** Writes a part's tiles and the checkpoint behind them. Where nobody else wrote in between, the edge is still known. */
function extender(tiles: LogTiles) {
  let known: LogEdge = EMPTY_EDGE;
  return async (head: LogHead, part: readonly AuditEntry[]): Promise<LogHead> => {
    const edge = isHead(known, head) ? known : await tiles.edge(head.size);
    if (!isHead(edge, head)) {
      throw new InvariantViolated(
        `audit log: expected root ${head.root} over its ${head.size} entries, was ${hashText(rootOf(edge))}; its tiles were changed`,
      );
    }
    const growth = grow(
      edge,
      part.map(({ record }) => entryBytes(record)),
    );
    const next = { size: growth.edge.size, root: rootOf(growth.edge) };
    await tiles.write(growth.tiles);
    await tiles.publish(next);
    known = growth.edge;
    return { size: next.size, root: hashText(next.root) };
  };
}

function isNew(known: Set<string>, name: string): boolean {
  const { size } = known;
  return known.add(name).size > size;
}

function isHead(edge: LogEdge, { size, root }: LogHead): boolean {
  return edge.size === size && hashText(rootOf(edge)) === root;
}

function distinct(waiting: readonly Unlogged[]): Unlogged[] {
  return [...new Map(waiting.map((one) => [JSON.stringify(one.record), one])).values()];
}
