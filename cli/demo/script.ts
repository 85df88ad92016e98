import { exchangesRules } from '../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../shared/config/execution.ts';
import { tradingDays } from '../../shared/domain/market/calendar.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import { EXCHANGES as ALL, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { type ExchangeSpec, specsFrom } from '../../simulator/exchange-spec.ts';
import type { Exits } from './exit-reason.ts';

/** What the demo plays; the same script gives the same market, byte for byte. */
export interface Script {
  readonly seed: number;
  /** The planted edge, in the simulator's units; 0 for a market without any. */
  readonly edge: number;
  /** Those that are trained on, asked and followed. */
  readonly exchanges: readonly Exchange[];
  /** Name of the policy in `config/execution` that signals are traded and judged by. */
  readonly policy: string;
  /** When that policy sells what it has bought. */
  readonly exits: Exits;
  /** By exchange, the chain whose contracts its signals trade. */
  readonly tradedChains: Readonly<Record<Exchange, Exchange>>;
  /** Every chain that is posted: the exchanges' own, and those that their signals trade. */
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

/** The script for so many sessions of history; contracts are chosen as `config/execution.json` says. */
export function script(sessions: number, edge: number, exchanges: readonly Exchange[] = EXCHANGES): Script {
  const rules = exchangesRules();
  const tradedChains = tradedChainsOf(optionPolicy().contracts);
  const chains = new Set([...exchanges, ...exchanges.map((exchange) => tradedChains[exchange])]);
  const days = tradingDays(FIRST_DAY, LAST_DAY, rules.NSE).slice(0, sessions + 2);
  return {
    seed: SEED,
    edge,
    exchanges,
    policy: executionConfig().default_policy,
    exits: optionPolicy(),
    tradedChains,
    specs: specsFrom(rules, [...chains]),
    history: days.slice(0, sessions),
    liveDay: days[sessions]!,
    driftDay: days[sessions + 1]!,
  };
}

function tradedChainsOf(contracts: ContractPolicy): Script['tradedChains'] {
  const chains = ALL.map((exchange) => [exchange, contracts[exchange].chain]);
  return Object.fromEntries(chains) as Record<Exchange, Exchange>;
}

/** One line for each exchange whose signals trade another chain than its own. */
export function tradeLines({ policy, exchanges, tradedChains }: Script): string[] {
  return exchanges
    .filter((exchange) => tradedChains[exchange] !== exchange)
    .map(
      (exchange) => `signals of ${exchange} trade contracts of ${tradedChains[exchange]} (policy ${policy})`,
    );
}

/** The instant of an Indian date and wall clock, ISO. Example: `at('2026-02-02', '15:31')`. */
export function at(date: string, clock: string): string {
  return `${date}T${clock.length === 5 ? `${clock}:00` : clock}+05:30`;
}
