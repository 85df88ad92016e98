import { Sha256 } from './sha256.ts';

/**
 * Options of a client that is asked for every answer: what happens to a call is put together once for each command, and it
 * is signed in the same words by a quicker hash.
 */
export const LEAN = { cacheMiddleware: true, sha256: Sha256 } as const;

/** Writes what nobody reads: log lines for no logger, and who we are, made anew for each call. */
const UNREAD = ['loggerMiddleware', 'getUserAgentMiddleware'];

interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** A client without the steps of a call that have no effect here. Made before its first call. */
export function lean<C extends Client>(client: C): C {
  for (const name of UNREAD) client.middlewareStack.remove(name);
  return client;
}
