import type { ExecutionPolicy } from '../backtest/execution-policy.ts';
import type { OptionPolicy } from '../backtest/option-policy.ts';
import type { OptionSetting } from '../backtest/option-setting.ts';
import { type OptionTerms, optionTerms } from '../backtest/option-terms.ts';
import type { SessionQuotes } from '../backtest/session-quotes.ts';
import type { ContractChoice } from '../market/contract-policy.ts';

/** The trade in options that signals are judged by. */
export interface OptionExecution {
  /** The policy's name in `config/execution`. */
  readonly policy: string;
  readonly setting: OptionSetting;
  /** The traded chain by session; a session without an entry was not recorded: nothing is traded on it. */
  readonly quotes: ReadonlyMap<string, SessionQuotes>;
  /** SHA-256 over the days' chain files, hex; null when none was recorded. */
  readonly quotesHash: string | null;
}

/** How scores become trades: in the underlying and, where it is given, in options. Rules rest on the options then. */
export interface Execution extends ExecutionPolicy {
  readonly options?: OptionExecution | null;
}

/** Which of its two backtests a verdict rests on. */
export type RestsOn = 'options' | 'underlying';

/** One lot of each gate's trade: what a size would rest on was measured on the very sessions that are judged. */
export const GATE_SIZING = 'one_lot' satisfies OptionPolicy['sizing'];

type Charged = Pick<
  OptionTerms,
  'step' | 'units' | 'tickRupees' | 'slippageFraction' | 'marginFraction' | 'buying' | 'selling'
>;

/** What an order was charged with from a session on. */
export interface StatedTerms extends Charged {
  /** The first session of these terms. */
  readonly from: string;
}

/** The options part of a verdict: all that a reader needs to make the same trades again. */
export interface StatedOptions extends Omit<OptionPolicy, 'contracts'> {
  readonly policy: string;
  readonly contract: ContractChoice;
  readonly account_rupees: number;
  readonly circuit_breaker: OptionSetting['limits']['circuit_breaker'];
  /** Sessions of the verdict of which the traded chain was recorded, and those of which it was not. */
  readonly recorded: number;
  readonly not_recorded: readonly string[];
  /** SHA-256 over the days' chain files, hex; null when none was recorded. */
  readonly quotes_hash: string | null;
  /** Lots, ticks, slippage and costs, run by run of sessions with the same. */
  readonly terms: readonly StatedTerms[];
}

/** States the options part of an execution over the sessions of a verdict; null without one. */
export function statedOptions(
  execution: OptionExecution | null | undefined,
  sessions: readonly string[],
): StatedOptions | null {
  if (execution == null) return null;
  const { policy, setting, quotes, quotesHash } = execution;
  const { contracts, ...trade } = setting.policy;
  return {
    policy,
    ...trade,
    contract: contracts[setting.exchange],
    account_rupees: setting.limits.account_rupees,
    circuit_breaker: setting.limits.circuit_breaker,
    recorded: sessions.filter((session) => quotes.has(session)).length,
    not_recorded: sessions.filter((session) => !quotes.has(session)),
    quotes_hash: quotesHash,
    terms: termsOf(execution, sessions),
  };
}

function termsOf({ setting, quotes }: OptionExecution, sessions: readonly string[]): StatedTerms[] {
  const runs: StatedTerms[] = [];
  for (const session of sessions) {
    const expiry = quotes.get(session)?.expiry;
    const terms = expiry && optionTerms(session, expiry, setting.rules, setting.policy);
    if (!terms) continue;
    const before = runs.at(-1);
    const charged = chargedBy(terms);
    if (before === undefined || JSON.stringify(chargedBy(before)) !== JSON.stringify(charged)) {
      runs.push({ from: session, ...charged });
    }
  }
  return runs;
}

function chargedBy(terms: Charged): Charged {
  const { step, units, tickRupees, slippageFraction, marginFraction, buying, selling } = terms;
  return { step, units, tickRupees, slippageFraction, marginFraction, buying, selling };
}
