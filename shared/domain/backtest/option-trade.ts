/** Why a position was closed. */
export const EXIT_REASONS = ['target', 'stop', 'horizon', 'session_close', 'unquoted'] as const;
/**
 * `target`: sold at the target, never better. `stop`: sold at what was quoted when the stop was seen to be reached.
 * `horizon`: held as long as the policy allows. `session_close`: nothing is held from then on. `unquoted`: no price was
 * known any more until the session's end; sold at the last one known since the entry, for nothing if there was none.
 */
export type ExitReason = (typeof EXIT_REASONS)[number];

/** Why a signal was not traded, the first that applies. Names of live risk flags mean the same. */
export const SKIP_REASONS = [
  'unknown_terms',
  'session_ending',
  'breaker_open',
  'order_pending',
  'positions_full',
  'cooldown',
  'no_edge',
  'no_contract',
  'no_lots',
  'no_margin',
] as const;
/**
 * `unknown_terms`: the hours, a charge or a contract term of the date are not in `config/exchanges`. `session_ending`: the next observation comes too late to enter, or not at all. `order_pending`: an
 * earlier order has not met its observation yet. `no_contract`: the traded chain was not
 * recorded or is too old, the strike is not listed, or has no price at the signal or at the next observation.
 */
export type SkipReason = (typeof SKIP_REASONS)[number];

export type Skipped = Readonly<Record<SkipReason, number>>;

/** One closed paper trade: options bought and sold. Prices in rupees a unit, minutes of the Indian day. */
export interface OptionTrade {
  readonly session: string;
  /** 1 a call (BUY), -1 a put (SELL). */
  readonly direction: -1 | 1;
  readonly expiry: string;
  readonly strike: number;
  readonly option_type: 'CE' | 'PE';
  readonly lots: number;
  /** Units in all. */
  readonly units: number;
  readonly signal_minute: number;
  readonly entry_minute: number;
  readonly exit_minute: number;
  /** The price chase included. */
  readonly entry_price: number;
  readonly exit_price: number;
  readonly exit_reason: ExitReason;
  /** Profit after costs. */
  readonly pnl_rupees: number;
  /** Taxes, fees and brokerage of both orders; spread, slippage and price chase are in the prices. */
  readonly cost_rupees: number;
}
