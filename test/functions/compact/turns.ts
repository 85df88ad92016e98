import { setImmediate as quiet } from 'node:timers/promises';

/** Lets actors go on one port call at a time, in an order that `random` decides: every interleaving has a seed. */
export function openTurns(random: () => number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    /** The port, each call of which waits for its turn. */
    paced<Port extends object>(port: Port): Port {
      return new Proxy(port, {
        get(target, method, receiver) {
          const real = Reflect.get(target, method, receiver);
          if (typeof real !== 'function') return real;
          return async (...parameters: unknown[]) => {
            await new Promise<void>((resolve) => waiting.push(resolve));
            return real.apply(target, parameters);
          };
        },
      });
    },
    /** Runs the actors to their ends; the first that throws ends the play. */
    async play(actors: readonly (() => Promise<void>)[]): Promise<void> {
      const ended: Promise<void>[] = [];
      let failure: { error: unknown } | undefined;
      for (const actor of actors) {
        running++;
        const end = actor()
          .catch((error) => {
            failure ??= { error };
          })
          .finally(() => running--);
        ended.push(end);
      }
      while (running > 0 && failure === undefined) {
        await quiet();
        const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
        next?.();
      }
      if (failure !== undefined) throw failure.error;
      await Promise.all(ended);
    },
  };
}
