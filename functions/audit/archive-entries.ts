import { type ArchivedLine, archiveKey, withArchived } from '../../shared/domain/audit/archive.ts';
import { busLine, readBusEntry } from '../../shared/domain/audit/bus-entry.ts';
import type { ReplaceObject } from '../../shared/ports/replace-object.ts';

interface Ports {
  /** Compare and swap on objects of the lake. */
  readonly replace: ReplaceObject;
  /** Hears why messages could not be archived; they come again. */
  readonly onFault: (error: Error, messages: number) => void;
}

interface Heard {
  readonly id: string;
  /** The message, its JSON read. */
  readonly body: unknown;
}

interface Arrived extends ArchivedLine {
  readonly id: string;
}

/**
 * Keeps what the bus carries as lines of JSON in the lake. A message that comes again, late or out of order finds its
 * place taken by itself; an object is always whole, and holds each entry once. @returns the ids of messages that failed
 */
export function archiveEntries({ replace, onFault }: Ports) {
  return async (messages: readonly Heard[]): Promise<string[]> => {
    const failed: string[] = [];
    const fail = (error: Error, ids: readonly string[]) => {
      onFault(error, ids.length);
      failed.push(...ids);
    };
    const objects = new Map<string, Arrived[]>();
    for (const { id, body } of messages) {
      try {
        const entry = readBusEntry(body);
        const key = archiveKey(entry);
        objects.set(key, [...(objects.get(key) ?? []), { id, index: entry.index, line: busLine(entry) }]);
      } catch (error) {
        fail(error as Error, [id]);
      }
    }
    for (const [key, arrived] of objects) {
      try {
        await replace(key, (current) => withArchived(current && new TextDecoder().decode(current), arrived));
      } catch (error) {
        fail(
          error as Error,
          arrived.map(({ id }) => id),
        );
      }
    }
    return failed;
  };
}
