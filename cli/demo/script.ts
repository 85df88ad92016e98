import { exchangesRules } from '../../shared/config/exchanges.ts';
import { tradingDays } from '../../shared/domain/market/calendar.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type ExchangeSpec, specsFrom } from '../../simulator/exchange-spec.ts';

/** What the demo plays; the same script gives the same market, byte for byte. */
export interface Script {
  readonly seed: number;
  /** The planted edge, in the simulator's units; 0 for a market without any. */
  readonly edge: number;
  readonly exchanges: readonly Exchange[];
  readonly specs: readonly ExchangeSpec[];
  /** Sessions of the past, oldest first. */
  readonly history: readonly string[];
  readonly liveDay: string;
  readonly driftDay: string;
}

export const DEFAULT_SESSIONS = 15;
export const DEFAULT_EDGE = 0.4;
const SEED = 20260202;
const FIRST_DAY = '2026-02-02';
const LAST_DAY = '2026-06-30';
const EXCHANGES: readonly Exchange[] = ['NSE', 'BSE'];

/** The script for so many sessions of history. */
export function script(sessions: number, edge: number): Script {
  const rules = exchangesRules();
  const days = tradingDays(FIRST_DAY, LAST_DAY, rules.NSE).slice(0, sessions + 2);
  return {
    seed: SEED,
    edge,
    exchanges: EXCHANGES,
    specs: specsFrom(rules, EXCHANGES),
    history: days.slice(0, sessions),
    liveDay: days[sessions]!,
    driftDay: days[sessions + 1]!,
  };
}

/** The instant of an Indian date and wall clock, ISO. Example: `at('2026-02-02', '15:31')`. */
export function at(date: string, clock: string): string {
  return `${date}T${clock.length === 5 ? `${clock}:00` : clock}+05:30`;
}
