import type { ExchangeRules } from '../market/exchange-rules.ts';
import type { Exchange } from '../market/snapshot.ts';
import type { RiskLimits } from '../risk/risk-limits.ts';
import type { OptionPolicy } from './option-policy.ts';
import type { ScoreColumns } from './score-columns.ts';
import type { SessionQuotes } from './session-quotes.ts';

/** What a size rests on (`scoring/measured-edge.ts`): measured before the sessions that are replayed. */
export interface StakedEdge {
  /** Mean win over mean loss; 0 stakes nothing. */
  readonly payoff: number;
  /** No larger probability of winning is sized on. */
  readonly mostProbable: number;
}

/** All that a replay is made by; two replays of the same sessions under the same setting are equal. */
export interface OptionSetting {
  /** Whose signals they are; the policy says which chain they trade. */
  readonly exchange: Exchange;
  readonly policy: OptionPolicy;
  /** Terms of the traded chain, `policy.contracts[exchange].chain`: hours, lots, ticks, costs, margin, each by its date. */
  readonly rules: ExchangeRules;
  readonly limits: RiskLimits;
  /** Not read where the policy trades one lot. */
  readonly edges: { readonly buy: StakedEdge; readonly sell: StakedEdge };
}

/** One session to replay. */
export interface OptionSession {
  /** Indian date. */
  readonly date: string;
  readonly scores: ScoreColumns;
  /** The traded chain as it was recorded; null when it was not. */
  readonly quotes: SessionQuotes | null;
}
