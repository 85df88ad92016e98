import type { ExecutionPolicy } from './execution-policy.ts';

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

type Priced = Observation & { readonly price: number };

/**
 * The trades of one session. A signal enters at the next observation with a price, and leaves at the first one at or
 * after entry + horizon, or at the session's last; while a position is open further signals are ignored.
 * A signal too late to enter (no later observation, or within `no_entry_last_minutes` of the last) is no trade.
 */
export function simulateSession(rows: readonly Observation[], policy: ExecutionPolicy): Trade[] {
  const priced = rows.filter((row): row is Priced => row.price !== null && row.price > 0);
  const last = priced.at(-1);
  if (last === undefined) return [];
  const lastEntryMinute = last.minute - Math.max(1, policy.no_entry_last_minutes);
  const trades: Trade[] = [];
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const signal of rows) {
    if (signal.position === 0 || signal.minute < freeFrom) continue;
    const entry = priced.find((row) => row.minute > signal.minute);
    if (entry === undefined || entry.minute > lastEntryMinute) continue;
    const dueMinute = entry.minute + policy.horizon_minutes;
    const exit = priced.find((row) => row.minute >= dueMinute) ?? last;
    trades.push(settle(signal, entry, exit, dueMinute, policy));
    freeFrom = exit.minute;
  }
  return trades;
}

function settle(
  signal: Observation,
  entry: Priced,
  exit: Priced,
  dueMinute: number,
  policy: ExecutionPolicy,
): Trade {
  const direction = signal.position as -1 | 1;
  const value = policy.starting_equity_rupees * policy.position_fraction;
  const cost = policy.cost_bps / 10_000;
  const netReturn = direction * (exit.price / entry.price - 1) - cost;
  return {
    session: signal.session,
    direction,
    signal_minute: signal.minute,
    entry_minute: entry.minute,
    exit_minute: exit.minute,
    entry_price: entry.price,
    exit_price: exit.price,
    exit_reason: exit.minute >= dueMinute ? 'horizon' : 'session_end',
    net_return: netReturn,
    pnl_rupees: netReturn * value,
    cost_rupees: cost * value,
  };
}
