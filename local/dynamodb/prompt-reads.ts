import type { Callback, Level } from './dynalite.ts';

/**
 * Makes every `get` of a database, dynalite's own too, read at once: a value of a table lies in memory or in the page
 * cache, and handing the read to another thread and back takes many times as long as the read.
 */
export function readPromptly(db: Level): void {
  const get = (key: string, callback?: Callback<unknown>): Promise<unknown> | undefined => {
    const found = new Promise<unknown>((resolve) => resolve(db.getSync(key)));
    if (callback === undefined) return found;
    // Not from within the promise: what a callback throws is nobody's failed read.
    found.then(
      (value) => process.nextTick(callback, null, value),
      (error: unknown) => process.nextTick(callback, error),
    );
    return undefined;
  };
  db.get = get as Level['get'];
}
