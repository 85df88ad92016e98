import type { ExecutionPolicy } from './execution-policy.ts';

/** The scored minutes of one session with the underlying: columns of one length, by rising minute. */
export interface UnderlyingSession {
  /** Indian date. */
  readonly session: string;
  /** Minute of the Indian day. */
  readonly minute: Int32Array;
  /** 1 long (BUY), -1 short (SELL), 0 none (HOLD). */
  readonly position: Int8Array;
  /** The underlying; NaN when this minute recorded none. */
  readonly price: Float64Array;
}

/** One closed paper position in the underlying. */
export interface Trade {
  readonly session: string;
  readonly direction: -1 | 1;
  readonly signal_minute: number;
  readonly entry_minute: number;
  readonly exit_minute: number;
  readonly entry_price: number;
  readonly exit_price: number;
  readonly exit_reason: 'horizon' | 'session_end';
  /** Profit after costs over the traded value. */
  readonly net_return: number;
  readonly pnl_rupees: number;
  readonly cost_rupees: number;
}

/** Signals that were not traded: while a position was open, or too late to enter. */
export interface UnderlyingSkipped {
  positions_full: number;
  session_ending: number;
}

/**
 * Adds the trades of one session to `trades`. A signal enters at the next observation with a price, and leaves at the
 * first one at or after entry + horizon, or at the session's last; while a position is open further signals are ignored.
 * A signal too late to enter (no later observation, or within `no_entry_last_minutes` of the last) is no trade.
 */
export function simulateSession(
  day: UnderlyingSession,
  policy: ExecutionPolicy,
  trades: Trade[],
  skipped: UnderlyingSkipped,
): void {
  const { minute, position, price } = day;
  const last = lastPriced(price);
  const lastEntryMinute = last < 0 ? -1 : minute[last]! - Math.max(1, policy.no_entry_last_minutes);
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < minute.length; row++) {
    if (position[row] === 0) continue;
    if (minute[row]! < freeFrom) {
      skipped.positions_full++;
      continue;
    }
    const entry = nextPriced(price, row + 1);
    if (entry >= minute.length || minute[entry]! > lastEntryMinute) {
      skipped.session_ending++;
      continue;
    }
    const dueMinute = minute[entry]! + policy.horizon_minutes;
    let exit = entry;
    while (exit < last && (minute[exit]! < dueMinute || !(price[exit]! > 0))) exit++;
    trades.push(settle(day, { row, entry, exit, dueMinute }, policy));
    freeFrom = minute[exit]!;
  }
}

function lastPriced(price: Float64Array): number {
  let row = price.length - 1;
  while (row >= 0 && !(price[row]! > 0)) row--;
  return row;
}

function nextPriced(price: Float64Array, from: number): number {
  let row = from;
  while (row < price.length && !(price[row]! > 0)) row++;
  return row;
}

interface Rows {
  readonly row: number;
  readonly entry: number;
  readonly exit: number;
  readonly dueMinute: number;
}

function settle(
  { session, minute, position, price }: UnderlyingSession,
  { row, entry, exit, dueMinute }: Rows,
  policy: ExecutionPolicy,
): Trade {
  const direction = position[row] as -1 | 1;
  const value = policy.starting_equity_rupees * policy.position_fraction;
  const cost = policy.cost_bps / 10_000;
  const netReturn = direction * (price[exit]! / price[entry]! - 1) - cost;
  return {
    session,
    direction,
    signal_minute: minute[row]!,
    entry_minute: minute[entry]!,
    exit_minute: minute[exit]!,
    entry_price: price[entry]!,
    exit_price: price[exit]!,
    exit_reason: minute[exit]! >= dueMinute ? 'horizon' : 'session_end',
    net_return: netReturn,
    pnl_rupees: netReturn * value,
    cost_rupees: cost * value,
  };
}
