/**
 * Replaces an object by what `next` makes of its present content (undefined: there is none), only if nobody changed it
 * in between; else `next` is asked again. An undefined answer leaves it as it is.
 * @throws Temporary when others kept being faster.
 */
export type ReplaceObject = (
  key: string,
  next: (current: Uint8Array | undefined) => Uint8Array | string | undefined,
) => Promise<void>;
