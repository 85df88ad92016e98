import { type ServedBy, servedBy } from '../../shared/domain/market/backend.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';

/** A switch is seen within this time, without a redeploy. */
const LOOK_EVERY_MS = 2000;

/** What is live, and who computes its answers: the bundle in process where that is left out. */
export interface LiveEntry extends LivePointer {
  readonly servedBy?: ServedBy;
}

type Models = Pick<ModelRegistry, 'livePointer' | 'version'>;

interface Look {
  readonly atMs: number;
  readonly entry: Promise<LiveEntry | undefined>;
}

/**
 * The live pointer of an exchange and target with the backend of its version, looked up at most every two seconds of the
 * stopwatch.
 */
export function livePointers(models: Models, stopwatchMs: () => number) {
  const seen = new Map<string, Look>();
  const lastVersions = new Map<string, string>();
  return (exchange: Exchange, target: string): Promise<LiveEntry | undefined> => {
    const key = `${exchange}#${target}`;
    const last = seen.get(key);
    if (last !== undefined && stopwatchMs() - last.atMs < LOOK_EVERY_MS) return last.entry;
    const entry = look(exchange, target, lastVersions.get(key));
    const now = { atMs: stopwatchMs(), entry };
    seen.set(key, now);
    entry.then(
      (found) => found && lastVersions.set(key, found.version),
      () => seen.get(key) === now && seen.delete(key),
    );
    return entry;
  };

  /** Pointer and entry are read at once where the version is the one of the last look. */
  async function look(
    exchange: Exchange,
    target: string,
    lastVersion: string | undefined,
  ): Promise<LiveEntry | undefined> {
    const guessed = lastVersion === undefined ? undefined : backendOf(exchange, target, lastVersion);
    const pointer = await models.livePointer(exchange, target);
    if (pointer === undefined) return undefined;
    const isGuessed = pointer.version === lastVersion && guessed !== undefined;
    return {
      ...pointer,
      servedBy: await (isGuessed ? guessed : backendOf(exchange, target, pointer.version)),
    };
  }

  /** An answer never waits for an entry that cannot be read: the bundle in process gives the same. */
  async function backendOf(exchange: Exchange, target: string, version: string): Promise<ServedBy> {
    const entry = await models.version(exchange, target, version).catch(() => ({}));
    return servedBy(entry);
  }
}
