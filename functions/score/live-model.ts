import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';

/** A switch is seen within this time, without a redeploy. */
const LOOK_EVERY_MS = 2000;

/** The live pointer of an exchange and target, looked up at most every two seconds of the stopwatch. */
export function livePointers(models: ModelRegistry, stopwatchMs: () => number) {
  const seen = new Map<
    string,
    { readonly atMs: number; readonly pointer: Promise<LivePointer | undefined> }
  >();
  return (exchange: Exchange, target: string): Promise<LivePointer | undefined> => {
    const key = `${exchange}#${target}`;
    const last = seen.get(key);
    if (last !== undefined && stopwatchMs() - last.atMs < LOOK_EVERY_MS) return last.pointer;
    const pointer = models.livePointer(exchange, target);
    seen.set(key, { atMs: stopwatchMs(), pointer });
    pointer.catch(() => seen.delete(key));
    return pointer;
  };
}
