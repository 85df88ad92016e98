import type { AccountTotals } from '../../risk/account-totals.ts';
import type { Action, RiskFlag } from '../recommendation.ts';
import type { RiskPolicy } from '../risk-policy.ts';

/** All that the risk rules look at, as plain numbers. */
export interface RiskFacts {
  readonly live: {
    readonly version: string;
    readonly exploratory: boolean;
    readonly measuredTrades: number;
  } | null;
  /** Why the live bundle cannot be used; null when it can, or when nothing is live. */
  readonly modelFault: string | null;
  /** The feature row that was scored; null when there is none. */
  readonly features: {
    readonly ageSeconds: number;
    /** Share of the features that have a value, of those that training had. */
    readonly completeness: number;
    readonly qualityFlags: readonly string[];
  } | null;
  /** Minutes of this session seen so far. */
  readonly historyMinutes: number;
  /** The session's totals so far; null where the account is nobody's business. */
  readonly account: AccountTotals | null;
  readonly nowMs: number;
  /** The session of now and its minute, all in minutes since Indian midnight; null when none is known. */
  readonly session: {
    readonly minute: number;
    readonly openMinute: number;
    readonly closeMinute: number;
  } | null;
  /** Minutes that the target's position is held. */
  readonly horizonMinutes: number;
  readonly action: Action;
  /** Probability of the action. */
  readonly confidence: number;
  /** What the position that is asked for would add; null on HOLD and without a contract. */
  readonly proposal: { readonly deltaRupees: number; readonly exposureRupees: number } | null;
  /** What the action by itself brought out of fold; null when too few of its trades were measured. */
  readonly ownTrades: { readonly trades: number; readonly meanNetReturn: number } | null;
  readonly kellyFull: number;
  readonly contract: { readonly symbol: string } | null;
  readonly lots: number;
}

/** What a raised flag says, for the rationale; null when the rule agrees. */
export type RiskRule = (facts: RiskFacts, policy: RiskPolicy) => string | null;

export interface RaisedFlag {
  readonly flag: RiskFlag;
  readonly why: string;
}
