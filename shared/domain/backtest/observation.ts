import type { UnderlyingSession } from './simulate.ts';

/** One recorded minute with the position an out-of-sample score asks for. */
export interface Observation {
  /** Indian date of the session. */
  readonly session: string;
  /** Minute of the Indian day. */
  readonly minute: number;
  /** The underlying; null when this minute recorded none. */
  readonly price: number | null;
  /** 1 long (BUY), -1 short (SELL), 0 none (HOLD). */
  readonly position: -1 | 0 | 1;
}

/** Lays out observations, which are in time order, by session and column. None give none. */
export function underlyingSessions(observations: readonly Observation[]): UnderlyingSession[] {
  const sessions: UnderlyingSession[] = [];
  for (let first = 0; first < observations.length; ) {
    const { session } = observations[first]!;
    let end = first + 1;
    while (observations[end]?.session === session) end++;
    const minute = new Int32Array(end - first);
    const position = new Int8Array(end - first);
    const price = new Float64Array(end - first);
    for (let row = first; row < end; row++) {
      const one = observations[row]!;
      minute[row - first] = one.minute;
      position[row - first] = one.position;
      price[row - first] = one.price ?? Number.NaN;
    }
    sessions.push({ session, minute, position, price });
    first = end;
  }
  return sessions;
}
