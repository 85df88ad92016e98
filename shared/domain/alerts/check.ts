import type { Finding } from './alert-state.ts';

/**
 * What a rule says. `clear` closes an open alert on the same subject (any subject when null); `unknown` (too little
 * data, closed session) leaves everything as it is: silence is not recovery.
 */
export type Check =
  | { readonly kind: 'breached'; readonly finding: Finding }
  | { readonly kind: 'clear'; readonly subject: string | null }
  | { readonly kind: 'unknown' }
  /** Something that happened once: told once per subject, and never open. */
  | { readonly kind: 'event'; readonly finding: Finding };

export const UNKNOWN: Check = { kind: 'unknown' };

export function breached(finding: Finding): Check {
  return { kind: 'breached', finding };
}

export function clear(subject: string | null = null): Check {
  return { kind: 'clear', subject };
}

export function event(finding: Finding): Check {
  return { kind: 'event', finding };
}
