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
  readonly breaker: { readonly triggered: boolean; readonly reason: string };
  readonly action: Action;
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
